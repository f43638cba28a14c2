"""The people of the demo whom anybody may become with one click, while DEMO is set and never otherwise."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest

# A domain that no mail reaches (RFC 2606): one-click sign-in takes nobody with another address, even by mistake.
DEMO_DOMAIN = "demo.example"


@dataclass(frozen=True, slots=True)
class DemoRole:
    """A role to look around as, and the demo person who has it."""

    key: str
    label: str
    email: str


DEMO_ROLES = (
    DemoRole("student", "a student, Ana", f"ana@{DEMO_DOMAIN}"),
    DemoRole("mentor", "a mentor, Marta", f"marta@{DEMO_DOMAIN}"),
    DemoRole("course-admin", "a course admin, Inês", f"ines@{DEMO_DOMAIN}"),
)


def demo(request: HttpRequest) -> dict[str, Any]:
    """Context processor: whether this is the demo, and whom one may become with a click."""
    return {"demo": settings.DEMO, "demo_roles": DEMO_ROLES if settings.DEMO else ()}
