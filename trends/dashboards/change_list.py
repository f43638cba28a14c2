"""Changes of the material, newest first, and whether they helped."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import QueryDict

from courses.models import Course
from questions.models import MaterialChange
from trends.access.changes import changes
from trends.dashboards.effects import effects_of

PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class ChangeList:
    # Each with whether it helped.
    rows: list[tuple[MaterialChange, str]]
    page: Page[Any]
    count: int


def change_list(*, course: Course, address: QueryDict, now: datetime) -> ChangeList:
    paginator = Paginator(changes().filter(course=course).order_by("-changed_on", "-pk"), PAGE_SIZE)
    page = paginator.get_page(address.get("page"))
    listed = list(page.object_list)
    effects = effects_of(listed, now)
    rows = [(change, effects[change.pk].summary) for change in listed]
    return ChangeList(rows, page, paginator.count)
