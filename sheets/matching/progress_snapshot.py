"""Students' progress in Trefoil, and how far the sheets take it."""

from datetime import date, datetime
from decimal import Decimal

from courses.models import Cohort
from groups.models import Enrolment
from lib.days import full_day
from sheets.matching.changes import CohortChanges
from sheets.matching.cohort_snapshot import ref_of
from sheets.matching.plan import ImportPlan
from tracker.models import Progress

# A sheet moves progress forward by itself, in this order.
_ORDER = ("not_started", "working", "need_help", "skipped", "done")


def order_of(state: str) -> int:
    return _ORDER.index(state)


def further(state: str, other: str) -> str:
    return max(state, other, key=order_of)


class ProgressSnapshot:
    """Add progress from sheets to the changes, each student and milestone once.

    The rows here are as they will be; the action that saves marks reads them anew.
    """

    def __init__(self, cohort: Cohort, plan: ImportPlan[CohortChanges]) -> None:
        self._plan, self._changes = plan, plan.changes
        rows = Progress.objects.filter(enrolment__cohort=cohort)
        self._rows = {
            (row.enrolment_id, row.milestone_id): row
            for row in rows.only("enrolment", "milestone", "state", "hours", "finished_on")
        }
        self._brought: set[tuple[int, int]] = set()

    def has(self, enrolment: Enrolment, milestone_id: int) -> bool:
        return (ref_of(enrolment), milestone_id) in self._rows

    def bring(self, new: Progress) -> None:
        key = (ref_of(new.enrolment), new.milestone_id)
        self._changes.progress.append(new)
        self._brought.add(key)
        self._rows[key] = new

    def move_on(
        self,
        enrolment: Enrolment,
        milestone_id: int,
        state: str,
        since: datetime | None = None,
        *,
        what: str,
        location: str,
        is_open_box: bool = False,
    ) -> list[str]:
        """Move a student on to a later state; return what changed, for people. A row that contradicts is a difference.

        A box that is not ticked is written where nothing is known: on that day they had not begun. It changes nothing
        that people see. Nor does it say more than that something is not done.
        """
        key = (ref_of(enrolment), milestone_id)
        row = self._rows.get(key)
        if row is None:
            row = self._rows[key] = Progress(milestone_id=milestone_id)
            self._mark(enrolment, milestone_id, state, since)
        on = since.date() if since else None
        if further(row.state, state) == row.state:
            is_same = (
                on in (None, row.finished_on)
                if state == row.state
                else is_open_box and row.state != Progress.State.DONE
            )
            is_of_file = key in self._brought or key in self._changes.marks
            if not (is_same or is_of_file) and self._plan.differs(
                what, location, says=_state_label(state, on), has=_state_label(row.state, row.finished_on)
            ):
                self._mark(enrolment, milestone_id, state, since)
            return []
        row.state = state
        if key in self._brought:
            row.state_since = row.finished_on = None
        else:
            self._mark(enrolment, milestone_id, state, since)
        return [_state_label(state, on)]

    def note_hours(
        self, enrolment: Enrolment, milestone_id: int, hours: Decimal, *, what: str, location: str
    ) -> list[str]:
        """Note hours where there are none; return what changed, for people. Others are a difference."""
        key = (ref_of(enrolment), milestone_id)
        row = self._rows.setdefault(key, Progress(milestone_id=milestone_id))
        is_new = row.hours is None
        if row.hours is not None and (
            row.hours == hours
            or not self._plan.differs(what, location, says=hours_label(hours), has=hours_label(row.hours))
        ):
            return []
        if key in self._brought:
            row.hours = hours
        else:
            _, _, state, since, _ = self._changes.marks.get(key, (None, 0, row.state, None, None))
            self._changes.marks[key] = (enrolment, milestone_id, state, since, hours)
        return [hours_label(hours)] if is_new else []

    def _mark(self, enrolment: Enrolment, milestone_id: int, state: str, since: datetime | None) -> None:
        key = (ref_of(enrolment), milestone_id)
        hours = self._changes.marks[key][4] if key in self._changes.marks else None
        self._changes.marks[key] = (enrolment, milestone_id, state, since, hours)


def hours_label(hours: Decimal) -> str:
    return f"{hours.normalize():f} hour{'' if hours == 1 else 's'}"


def _state_label(state: str, on: date | None) -> str:
    label = Progress.State(state).label.lower()
    return f"{label} on {full_day(on)}" if on else label
