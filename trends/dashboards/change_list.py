"""Changes of the material, newest first, and whether they helped. Eight queries."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import QueryDict

from courses.models import Course
from trends.access.changes import changes
from trends.dashboards.effects import effects_of

PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class ChangeRow:
    id: int
    url: str
    title: str
    where: str
    changed_on: date
    made_by: str
    effect: str
    is_told: bool


@dataclass(frozen=True, slots=True)
class ChangeList:
    rows: tuple[ChangeRow, ...]
    page: Page[Any]
    count: int


def change_list(*, course: Course, address: QueryDict, now: datetime) -> ChangeList:
    paginator = Paginator(changes().filter(course=course).order_by("-changed_on", "-pk"), PAGE_SIZE)
    page = paginator.get_page(address.get("page"))
    listed = list(page.object_list)
    effects = effects_of(listed, now)
    rows = tuple(
        ChangeRow(
            id=change.pk,
            url=change.get_absolute_url(),
            title=str(change),
            where=" · ".join(str(place) for place in (change.milestone, change.material) if place),
            changed_on=change.changed_on,
            made_by=change.made_by.name,
            effect=effects[change.pk].summary,
            is_told=change.told_at is not None,
        )
        for change in listed
    )
    return ChangeList(rows, page, paginator.count)
