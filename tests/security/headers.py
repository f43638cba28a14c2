from django.http import HttpResponse

HEADERS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def lacking(response: HttpResponse) -> set[str]:
    """The names of the headers that every answer carries and this one does not."""
    policy = response.get("Content-Security-Policy", "")
    wrong = {name for name, value in HEADERS.items() if response.get(name) != value}
    if "default-src 'self'" not in policy or "unsafe" in policy or "frame-ancestors 'none'" not in policy:
        wrong.add("Content-Security-Policy")
    return wrong
