"""The people of the demo with one-click sign-in, if DEMO is set."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

# A reserved domain (RFC 2606) without e-mail. One-click sign-in refuses any other address.
DEMO_DOMAIN = "demo.example"


# By the value of its button: its label, and whose address it is.
DEMO_ROLES = {
    "student": ("Ana, a student", f"ana@{DEMO_DOMAIN}"),
    "mentor": ("Marta, a mentor", f"marta@{DEMO_DOMAIN}"),
    "course-admin": ("Inês, a course admin", f"ines@{DEMO_DOMAIN}"),
}


def demo(request: HttpRequest) -> dict[str, Any]:
    return {"demo": settings.DEMO, "demo_roles": DEMO_ROLES if settings.DEMO else {}}
