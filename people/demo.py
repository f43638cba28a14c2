"""The people of the demo with one-click sign-in, if DEMO is set, and how else people may sign in."""

from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest

# A reserved domain (RFC 2606) without e-mail. One-click sign-in refuses any other address.
DEMO_DOMAIN = "demo.example"


class DemoRole(NamedTuple):
    label: str
    email: str
    deed: str


# By the value of its button.
DEMO_ROLES = {
    "student": DemoRole("Ana, a student", f"ana@{DEMO_DOMAIN}", "Tick a material, ask what is not clear"),
    "mentor": DemoRole(
        "Marta, a mentor of three groups", f"marta@{DEMO_DOMAIN}", "See why Bruno needs help, log a check-in"
    ),
    "course-admin": DemoRole(
        "Inês, a course admin", f"ines@{DEMO_DOMAIN}", "See what to improve, read a README as a course"
    ),
}


def demo(request: HttpRequest) -> dict[str, Any]:
    return {
        "demo": settings.DEMO,
        "demo_roles": DEMO_ROLES if settings.DEMO else {},
        "only_providers": settings.ONLY_PROVIDERS,
        "sign_in": settings.LOGIN_URL,
    }
