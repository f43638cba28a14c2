"""The links of the header, from a person's relations to courses and groups."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from courses.models import Cohort
from groups.cohort_nav import cohort_menu
from groups.relations import RelationKind, Relations, relations_of
from lib.marks import PersonMark
from questions.access.asking import groups_to_ask_in

# Other addresses of pages that belong to a course.
COURSE_PREFIXES = (
    "/courses/",
    "/cohorts/",
    "/sections/",
    "/milestones/",
    "/materials/",
    "/enrolments/",
    "/mentorships/",
    "/imports/",
    "/needs/",
    "/changes/",
)
# Those of a cohort, for its course admins.
COHORT_PREFIXES = ("/cohorts/", "/enrolments/", "/mentorships/")
# Pages of a group and the people in it, and the links that lead to them, the nearest first.
GROUP_PREFIXES = ("/groups/", "/students/", "/channels/", "/reviews/", "/away/")
GROUP_LABELS = ("My groups", "My week", "Board", "Course", "Courses")


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context processor: these five, computed when a template uses them."""
    return {
        "own_mark": SimpleLazyObject(lambda: _own_mark(request)),
        "navigation": SimpleLazyObject(lambda: _items(request)),
        "says_away": SimpleLazyObject(lambda: list(_away(request))),
        "box": SimpleLazyObject(lambda: _box(request)),
        "running_cohorts": SimpleLazyObject(lambda: _cohorts(request)),
    }


def _items(request: HttpRequest) -> list[dict[str, Any]]:
    if not request.user.is_authenticated:
        return []
    relations = relations_of(request.user, timezone.now())
    links = list(_links(relations, is_operator=request.user.is_staff))
    if not relations.rows:
        # Somebody who is enrolled and in no group yet.
        waiting = request.user.enrolments.without_end().filter(cohort__in=Cohort.objects.current())
        slug = waiting.order_by("-cohort__starts_on").values_list("cohort__course__slug", flat=True).first()
        if slug:
            course = ("Course", reverse("tracker:course-detail", args=[slug]))
            links = [("My week", reverse("tracker:my-week")), course, *links]
    # A page of a cohort may say so, where its address does not.
    current = _current(getattr(request, "place", request.path), links)
    return [{"label": label, "url": url, "is_current": label == current} for label, url in links]


def _own_mark(request: HttpRequest) -> PersonMark | None:
    """In the hue of the group in which they study today."""
    user = request.user
    if not user.is_authenticated:
        return None
    studies = relations_of(user, timezone.now()).open(RelationKind.STUDIES)
    group = next((row.group for row in studies), None)
    return group.marks([user])[user.pk] if group else user.mark


def _away(request: HttpRequest) -> Iterator[tuple[str, str]]:
    """Yield where one says that one is away: as a student, in each group, and as a mentor."""
    now = timezone.now()
    relations = relations_of(request.user, now) if request.user.is_authenticated else ()
    rows = [row for row in relations if row.is_open(now) and not row.is_in_closed_cohort(now)]
    studied = [row for row in rows if row.kind is RelationKind.STUDIES]
    for row in studied:
        yield f"{row.group}", reverse("tracker:student-away", args=[row.enrolment_id])
    if any(row.kind is RelationKind.MENTORS for row in rows):
        yield "your groups" if studied else "", reverse("groups:mentor-away")


def _box(request: HttpRequest) -> dict[str, Any] | None:
    """The one box in which one finds and asks, of who is in a course, or was: who studies asks more often than they
    search.
    """
    if not request.user.is_authenticated:
        return None
    relations = relations_of(request.user, timezone.now())
    groups = groups_to_ask_in(relations)
    studies = any(row.kind is RelationKind.STUDIES for row in groups)
    label = "Search or ask" if groups else "Search"
    return {"label": label, "asks": bool(groups), "asks_first": studies} if relations.rows else None


def _cohorts(request: HttpRequest) -> list[Cohort]:
    if not request.user.is_authenticated:
        return []
    return cohort_menu(relations_of(request.user, timezone.now()))


def _current(path: str, links: Sequence[tuple[str, str]]) -> str:
    """Return the label of the link that leads to this page; empty if none does."""
    labels = {label for label, _ in links}
    if path.startswith(GROUP_PREFIXES):
        return next((label for label in GROUP_LABELS if label in labels), "")
    return next((label for label, url in links if _is_current(path, label, url)), "")


def _is_current(path: str, label: str, url: str) -> bool:
    is_trends = path.startswith("/topics/") or (
        path.startswith("/courses/") and path.split("/")[3:4] in (["trends"], ["topics"], ["questions"])
    )
    if label == "Board":
        return path.startswith(COHORT_PREFIXES)
    if label in ("Course", "Courses"):
        return not is_trends and path.startswith(COURSE_PREFIXES)
    return path.startswith(url) or (label == "Trends" and is_trends)


def _links(relations: Relations, *, is_operator: bool) -> Iterator[tuple[str, str]]:
    studied = any(row.kind is RelationKind.STUDIES for row in relations)
    mentorships = [row for row in relations if row.kind is RelationKind.MENTORS]
    administers = relations.open(RelationKind.ADMINISTERS)
    if studied:
        yield "My week", reverse("tracker:my-week")
    if mentorships:
        yield "My groups", reverse("tracker:my-groups")
    if administers and not mentorships and not studied:
        yield "Board", reverse("tracker:home")
    if relations.courses:
        yield "Course", reverse("tracker:course-detail", args=[next(iter(relations.courses))])
    elif is_operator:
        yield "Courses", reverse("groups:course-list")
    if studied or mentorships or administers:
        yield "Questions", reverse("questions:question-list")
    if mentorships or administers:
        yield "Trends", reverse("trends:my-trends")
