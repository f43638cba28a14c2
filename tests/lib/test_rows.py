from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db.models import OuterRef, QuerySet
from django.utils import timezone

from courses.models import Cohort, Pause
from groups.models import Enrolment, Group
from lib.rows import Rows, day, moment
from tests.conftest import NOW, Cast
from tests.factories.courses import PauseFactory
from tests.factories.tracker import ProgressFactory
from tracker.models import Progress


def rows_of(annotated: QuerySet[Any]) -> list[list[dict[str, Any]]]:
    return list(annotated.values_list("rows", flat=True))


def test_rows_are_objects_in_the_order_of_the_queryset(cast: Cast) -> None:
    PauseFactory.create(
        cohort=cast.cohort, title="Exams", starts_on=date(2026, 10, 5), ends_on=date(2026, 10, 9)
    )
    PauseFactory.create(
        cohort=cast.cohort, title="Ferry “day”", starts_on=date(2026, 9, 21), ends_on=date(2026, 9, 21)
    )
    pauses = Pause.objects.filter(cohort=OuterRef("pk")).order_by("starts_on")
    assert rows_of(Cohort.objects.annotate(rows=Rows(pauses, "title", first="starts_on"))) == [
        [{"title": "Ferry “day”", "first": "2026-09-21"}, {"title": "Exams", "first": "2026-10-05"}]
    ]


def test_rows_of_nothing_are_an_empty_list(cast: Cast) -> None:
    pauses = Rows(Pause.objects.filter(cohort=OuterRef("cohort")), "title")
    assert rows_of(Group.objects.annotate(rows=pauses)) == [[], []]


def test_rows_of_a_slice_are_no_more_than_it(cast: Cast) -> None:
    for n in range(1, 4):
        PauseFactory.create(
            cohort=cast.cohort, title=str(n), starts_on=date(2026, 10, n), ends_on=date(2026, 10, n)
        )
    latest = Pause.objects.filter(cohort=OuterRef("pk")).order_by("-starts_on")[:2]
    assert rows_of(Cohort.objects.annotate(rows=Rows(latest, "title"))) == [[{"title": "3"}, {"title": "2"}]]


def test_moments_and_days_come_back_as_they_went_in(cast: Cast) -> None:
    ProgressFactory.create(
        enrolment=cast.enrolment("ana"), milestone=cast.milestones[0], state_since=NOW, hours="1.25"
    )
    marks = Rows(Progress.objects.filter(enrolment=OuterRef("pk")), "state_since", "waived_at", "hours")
    (rows,) = rows_of(Enrolment.objects.filter(pk=cast.ana.enrolment_id).annotate(rows=marks))
    (row,) = rows
    assert moment(row["state_since"]) == NOW
    assert moment(row["waived_at"]) is None
    assert float(row["hours"]) == 1.25


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2026-09-16 10:00:00", datetime(2026, 9, 16, 10, tzinfo=UTC)),
        ("2026-09-16T10:00:00+00:00", datetime(2026, 9, 16, 10, tzinfo=UTC)),
        ("2026-09-16T12:00:00.5+02:00", datetime(2026, 9, 16, 10, 0, 0, 500000, tzinfo=UTC)),
        (None, None),
    ],
)
def test_moment_reads_what_either_database_writes(text: str | None, read: datetime | None) -> None:
    assert moment(text) == read
    assert moment(text) is None or timezone.is_aware(moment(text))


def test_day_reads_the_day() -> None:
    assert (day("2026-09-16"), day(None)) == (date(2026, 9, 16), None)
