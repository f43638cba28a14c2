from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Prefetch

from courses.models import Cohort
from groups.models import Group, Membership, Mentorship
from lib.weeks import Week
from people.models import User
from tracker.dashboards.board.mentors import Mentors
from tracker.dashboards.facts import group_facts, periods, thresholds_of
from tracker.models import CheckIn, GroupSnapshot
from tracker.standing import CheckInState, Outcome, ReasonCode, group_status

# Only the latest weeks fit on a screen; the pages of the groups have all.
WEEKS_SHOWN = 16
LATE = frozenset({ReasonCode.CHECK_IN_LATE, ReasonCode.CHECK_IN_MISSED})


@dataclass(frozen=True, slots=True)
class WeekColumn:
    week: Week
    is_now: bool

    @property
    def label(self) -> str:
        return f"{self.week.starts_on.day} {self.week.starts_on:%b}"


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


@dataclass(frozen=True, slots=True)
class CheckInRow:
    """A group's check-ins in the order of the columns; None where none was expected."""

    group: Group
    cells: tuple[WeekCell | None, ...]


@dataclass(frozen=True, slots=True)
class LateCheckIn:
    """A group whose check-in is late, or was missed without one since; `text` says of which weeks.

    `weeks` counts all that are late or missed, `is_last` says that it is the one of last week; `reminded` says what
    became of a reminder of the last day, empty if there was none.
    """

    group: Group
    text: str
    weeks: int
    is_last: bool
    mentors: Mentors
    reminded: str

    @property
    def when(self) -> str:
        """ "last week", "2 weeks"; where it is one of earlier, the week."""
        if self.weeks > 1:
            return f"{self.weeks} weeks"
        return "last week" if self.is_last else self.text


def late_check_ins(
    rows: Iterable[GroupSnapshot],
    mentors: Mapping[int, Sequence[Mentorship]],
    reader: User,
    reminded: Mapping[int, str],
) -> Iterator[LateCheckIn]:
    for row in rows:
        texts = [text for code, _, text in row.reasons if code in LATE]
        if texts:
            yield LateCheckIn(
                group=row.group,
                text="; ".join(texts),
                weeks=row.late_count + row.missed_count,
                # After a break the week that is late may be an earlier one.
                is_last=len(row.weeks) > 1 and row.weeks[-2][1] == CheckInState.LATE,
                mentors=Mentors.of(mentors.get(row.group_id, ()), reader),
                reminded=reminded.get(row.group_id, ""),
            )


def late_of(cohort: Cohort, groups: Collection[int], now: datetime) -> set[int]:
    """Of these groups, by their ids, those whose check-in is late or missed, worked out now. Six queries."""
    rows = cohort.groups.filter(pk__in=groups).prefetch_related(
        Prefetch("memberships", Membership.objects.select_related("enrolment")),
        "mentorships__away",
        Prefetch(
            "check_ins",
            CheckIn.objects.only("group", "week_starts_on", "outcome", "minutes", "logged_as", "logged_at"),
        ),
    )
    today, pauses, thresholds = cohort.today(now), periods(cohort.pauses.all()), thresholds_of(cohort.course)
    # Questions and the spread have no say in check-ins.
    statuses = {
        group.pk: group_status(group_facts(group, (), today, pauses, 0), thresholds) for group in rows
    }
    return {pk for pk, status in statuses.items() if any(reason.code in LATE for reason in status.reasons)}


def week_columns(rows: Iterable[GroupSnapshot], today: date) -> tuple[WeekColumn, ...]:
    mondays = sorted({monday for row in rows for monday, *_ in row.weeks})[-WEEKS_SHOWN:]
    weeks = (Week(date.fromisoformat(monday)) for monday in mondays)
    return tuple(WeekColumn(week, week.contains(today)) for week in weeks)


def check_in_row(row: GroupSnapshot, columns: Sequence[WeekColumn]) -> CheckInRow:
    by_monday = {monday: logged for monday, *logged in row.weeks}
    return CheckInRow(
        row.group,
        tuple(
            _cell(column.week, *by_monday.get(column.week.starts_on.isoformat(), _NONE)) for column in columns
        ),
    )


_NONE = (CheckInState.NONE.value, None, None)


def _cell(week: Week, value: str, outcome: str | None, minutes: int | None) -> WeekCell | None:
    state = CheckInState(value)
    if state is CheckInState.NONE:
        return None
    label = state.label.lower()
    if outcome is not None and outcome != Outcome.HELD:
        label = Outcome(outcome).label.lower()
    return WeekCell(week, state, label if minutes is None else f"{label}, {minutes} min")
