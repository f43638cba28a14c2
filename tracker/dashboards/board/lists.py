"""The check-ins by week and the questions by milestone of a cohort, as lists that its board leads to."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Case, Count, F, Min, Q, When, prefetch_related_objects

from courses.models import Cohort
from lib.weeks import Week
from questions.models import Ask, Question
from tracker.models import GroupSnapshot
from tracker.standing import CheckInState, Outcome

# Only the latest weeks fit on a screen; the pages of the groups have all.
WEEKS_SHOWN = 16


@dataclass(frozen=True, slots=True)
class WeekCell:
    week: Week
    state: CheckInState
    label: str

    @property
    def is_logged(self) -> bool:
        return self.state in {CheckInState.DONE, CheckInState.STAND_IN}

    @property
    def is_late(self) -> bool:
        return self.state in {CheckInState.MISSED, CheckInState.LATE}


def weeks_of(rows: Iterable[GroupSnapshot]) -> list[Week]:
    """The columns of the check-ins of these groups, the latest last."""
    mondays = sorted({monday for row in rows for monday, *_ in row.weeks})[-WEEKS_SHOWN:]
    return [Week(date.fromisoformat(monday)) for monday in mondays]


def cells_of(row: GroupSnapshot, weeks: Iterable[Week]) -> Iterator[WeekCell | None]:
    """Yield the check-in of each week; None where none was expected."""
    by_monday = {monday: logged for monday, *logged in row.weeks}
    for week in weeks:
        value, outcome, minutes = by_monday.get(week.starts_on.isoformat(), (CheckInState.NONE, None, None))
        state = CheckInState(value)
        is_other = outcome is not None and outcome != Outcome.HELD
        label = (Outcome(outcome) if is_other else state).label.lower()
        label = label if minutes is None else f"{label}, {minutes} min"
        yield None if state is CheckInState.NONE else WeekCell(week, state, label)


def question_rows(cohort: Cohort, now: datetime) -> list[dict[str, Any]]:
    """The counts of each milestone, and of questions without one, most asked first.

    Duplicates are not counted as questions; their asks count for the original. `wait` is that of the oldest question
    without an answer, of which nothing was promised a second time.
    """
    prefetch_related_objects([cohort], "pauses")
    own = Question.objects.filter(cohort=cohort, duplicate_of=None)
    is_open = Q(status__in=Question.WAITING)
    rows = own.values("milestone_id", "milestone__title", "milestone__position").annotate(
        questions=Count("pk"),
        open=Count("pk", filter=is_open),
        oldest=Min("asked_at", filter=Q(status=Question.Status.OPEN, is_undated=False)),
    )
    original = Case(
        When(question__duplicate_of=None, then=F("question__milestone")),
        default=F("question__duplicate_of__milestone"),
    )
    asks = dict(
        Ask.objects.filter(question__cohort=cohort)
        .annotate(asked_about=original)
        .values("asked_about")
        .annotate(asks=Count("pk"))
        .values_list("asked_about", "asks")
    )
    counts = [
        {
            **row,
            "title": row["milestone__title"] or "No milestone",
            "asks": asks.get(row["milestone_id"], 0),
            "wait": cohort.wait(row["oldest"], now, days=cohort.course.question_days)
            if row["oldest"]
            else None,
        }
        for row in rows
    ]
    return sorted(counts, key=lambda row: (-row["asks"], -row["questions"], row["title"]))
