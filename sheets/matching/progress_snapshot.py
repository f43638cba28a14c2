"""Students' progress in Trefoil, and how far the sheets take it."""

from dataclasses import dataclass, replace
from decimal import Decimal

from courses.models import Cohort
from sheets.matching.enrolments import EnrolmentRef
from sheets.matching.sheet_changes import NewMark, NewProgress, SheetChanges
from tracker.models import Progress

# A sheet moves progress forward only, in this order.
_ORDER = ("not_started", "working", "need_help", "skipped", "done")


def further(state: str, other: str) -> str:
    return max(state, other, key=_ORDER.index)


@dataclass(frozen=True, slots=True)
class KnownProgress:
    """Progress that exists (`id`) or that this import adds."""

    state: str
    hours: Decimal | None
    id: int | None = None


type _Key = tuple[EnrolmentRef, int]


class ProgressSnapshot:
    """Costs one query. Adds progress from sheets to the changes, each student and milestone once."""

    def __init__(self, cohort: Cohort, changes: SheetChanges) -> None:
        self._changes = changes
        rows = Progress.objects.filter(enrolment__cohort=cohort).values_list(
            "enrolment", "milestone", "state", "hours", "pk"
        )
        self._there = {
            (enrolment, milestone): KnownProgress(state, hours, pk)
            for enrolment, milestone, state, hours, pk in rows
        }
        self._new: dict[_Key, KnownProgress] = {}
        # Indexes into the changes.
        self._marks: dict[_Key, int] = {}
        self._brought: dict[_Key, int] = {}

    def find(self, ref: EnrolmentRef, milestone_id: int) -> KnownProgress | None:
        new = self._new.get((ref, milestone_id))
        return new or (self._there.get((ref.id, milestone_id)) if ref.id is not None else None)

    def state(self, ref: EnrolmentRef, milestone_id: int) -> str:
        there = self.find(ref, milestone_id)
        return there.state if there else "not_started"

    def bring(self, new: NewProgress) -> None:
        key = (new.enrolment, new.milestone_id)
        self._brought[key] = len(self._changes.progress)
        self._changes.progress.append(new)
        self._new[key] = KnownProgress(new.state, new.hours)

    def move_on(self, ref: EnrolmentRef, milestone_id: int, state: str) -> list[str]:
        """Move a student on to a later state; return what changed, for people."""
        known = self.find(ref, milestone_id)
        old = known.state if known else "not_started"
        if further(old, state) == old:
            return []
        key = (ref, milestone_id)
        mark = NewMark(ref, milestone_id, state)
        if key in self._brought:
            n = self._brought[key]
            self._changes.progress[n] = replace(
                self._changes.progress[n], state=state, since=None, finished_on=None
            )
        elif key in self._marks:
            self._changes.marks[self._marks[key]] = mark
        else:
            self._marks[key] = len(self._changes.marks)
            self._changes.marks.append(mark)
        self._new[key] = KnownProgress(state, known.hours if known else None, known.id if known else None)
        return [state.replace("_", " ")]
