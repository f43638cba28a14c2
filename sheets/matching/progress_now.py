"""How far students are in Trefoil, before a sheet is taken in."""

from courses.models import Cohort
from tracker.models import Progress

# A sheet moves a student on, never back: what comes later here is further.
_ORDER = ("not_started", "working", "need_help", "skipped", "done")


def further(one: str, other: str) -> str:
    """The state that is further on."""
    return max(one, other, key=_ORDER.index)


class ProgressNow:
    """The states of a cohort's open enrolments, one query; new ones are set as the sheets bring them."""

    def __init__(self, cohort: Cohort) -> None:
        rows = Progress.objects.filter(enrolment__cohort=cohort, enrolment__ended_on=None)
        self._there = {
            (enrolment_id, milestone_id): state
            for enrolment_id, milestone_id, state in rows.values_list("enrolment", "milestone", "state")
        }
        self._new: dict[tuple[str, int], str] = {}

    def state(self, enrolment_id: int | None, email: str, milestone_id: int) -> str:
        there = self._there.get((enrolment_id or 0, milestone_id), Progress.State.NOT_STARTED.value)
        return further(there, self._new.get((email, milestone_id), "not_started"))

    def set(self, email: str, milestone_id: int, state: str) -> None:
        self._new[email, milestone_id] = state
