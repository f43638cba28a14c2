"""The check-ins by week and the questions by milestone of a cohort, as lists that its board leads to."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Case, Count, F, Min, Q, When, prefetch_related_objects

from courses.models import Cohort
from lib.days import age_label
from lib.weeks import Week
from questions.models import Ask, Question
from tracker.models import GroupSnapshot
from tracker.models.progress import words_of_requests
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


def waiting_counts(waits: Q) -> dict[str, Count | Min]:
    """How many of these questions wait, when the oldest was asked, and the oldest of which an answer is promised."""
    return {
        "open": Count("pk", filter=waits),
        "oldest": Min("asked_at", filter=waits & Q(is_undated=False)),
        "oldest_promised": Min("asked_at", filter=waits & Q(status=Question.Status.OPEN, is_undated=False)),
    }


def oldest_label(asked: Mapping[str, Any], cohort: Cohort, now: datetime) -> str:
    """The age of the oldest open question of these counts; "" if nobody knows it."""
    return age_label(asked["oldest"], now, cohort.time_zone) if asked["oldest"] else ""


def is_late(asked: Mapping[str, Any], cohort: Cohort, now: datetime) -> bool:
    """Whether an answer is late. Of a question marked for follow-up nothing was promised a second time."""
    promised = asked["oldest_promised"]
    return promised is not None and cohort.wait(promised, now, days=cohort.course.question_days).is_over


def question_rows(cohort: Cohort, now: datetime) -> list[dict[str, Any]]:
    """The counts of each milestone, and of questions without one, most asked first.

    Duplicates are not counted as questions; their asks count for the original.
    """
    prefetch_related_objects([cohort], "pauses")
    own = Question.objects.originals().filter(cohort=cohort)
    waits = Q(status__in=Question.WAITING) & ~Q(pk__in=words_of_requests(own))
    rows = own.values("milestone_id", "milestone__title", "milestone__position").annotate(
        questions=Count("pk"), **waiting_counts(waits)
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
            "age": oldest_label(row, cohort, now),
            "is_late": is_late(row, cohort, now),
        }
        for row in rows
    ]
    return sorted(counts, key=lambda row: (-row["asks"], -row["questions"], row["title"]))
