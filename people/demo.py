"""The people of the demo with one-click sign-in, if DEMO is set."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest

# A reserved domain (RFC 2606) without e-mail. One-click sign-in refuses any other address.
DEMO_DOMAIN = "demo.example"


@dataclass(frozen=True, slots=True)
class DemoRole:
    key: str
    label: str
    email: str


DEMO_ROLES = (
    DemoRole("student", "Ana, a student", f"ana@{DEMO_DOMAIN}"),
    DemoRole("mentor", "Marta, a mentor", f"marta@{DEMO_DOMAIN}"),
    DemoRole("course-admin", "Inês, a course admin", f"ines@{DEMO_DOMAIN}"),
)


def demo(request: HttpRequest) -> dict[str, Any]:
    return {"demo": settings.DEMO, "demo_roles": DEMO_ROLES if settings.DEMO else ()}
