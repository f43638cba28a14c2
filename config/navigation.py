"""The items of the header: where this person can go, from what they are to courses and groups."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from groups.relations import RelationKind, Relations, relations_of

# Where the pages of a course are besides its own address.
OF_COURSES = (
    "/cohorts/",
    "/milestones/",
    "/materials/",
    "/enrolments/",
    "/mentorships/",
    "/imports/",
    "/needs/",
    "/changes/",
)


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """A link of the header."""

    label: str
    url: str
    is_current: bool


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `navigation`, worked out when a template asks for it."""
    return {"navigation": SimpleLazyObject(lambda: _items(request))}


def _items(request: HttpRequest) -> list[NavigationItem]:
    if not request.user.is_authenticated:
        return []
    places = _places(relations_of(request.user, timezone.now()), is_operator=request.user.is_staff)
    return [NavigationItem(label, url, _is_current(request.path, label, url)) for label, url in places]


def _is_current(path: str, label: str, url: str) -> bool:
    of_trends = path.startswith("/courses/") and "/trends/" in path
    if label == "Courses":
        return not of_trends and path.startswith((url, *OF_COURSES))
    return path.startswith(url) or (label == "Trends" and of_trends)


def _places(relations: Relations, *, is_operator: bool) -> Iterator[tuple[str, str]]:
    studies = relations.open(RelationKind.STUDIES)
    mentored = any(row.kind is RelationKind.MENTORS for row in relations)
    administers = relations.open(RelationKind.ADMINISTERS)
    if studies:
        yield "My week", reverse("tracker:my-week")
    if mentored:
        yield "My groups", reverse("tracker:my-groups")
    if administers or is_operator:
        yield "Courses", reverse("groups:course-list")
    if studies or mentored or administers:
        yield "Questions", reverse("questions:question-list")
    if mentored or administers:
        yield "Trends", reverse("trends:my-trends")
    if studies or mentored:
        yield "Reviews", reverse("tracker:review-list")
