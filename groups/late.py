"""Which groups have a check-in that is late: the list of groups marks them, and an app above knows of check-ins."""

from collections.abc import Callable, Collection
from datetime import datetime

from courses.models import Cohort

# Of these groups of a cohort, by their ids, those with a late check-in.
type LateGroups = Callable[[Cohort, Collection[int], datetime], Collection[int]]


def _none_late(cohort: Cohort, groups: Collection[int], now: datetime) -> Collection[int]:
    return ()


_late_groups: LateGroups = _none_late


def ask_who_is_late(late_groups: LateGroups) -> None:
    """Register who knows of check-ins: an app above this one."""
    global _late_groups
    _late_groups = late_groups


def late_groups(cohort: Cohort, groups: Collection[int], now: datetime) -> Collection[int]:
    return _late_groups(cohort, groups, now)
