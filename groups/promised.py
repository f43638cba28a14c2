"""What was promised before a date moved: "was due Mon 7 September, moved because of the holiday"."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from groups.models import PlanChange
from lib.days import day_label


@dataclass(frozen=True, slots=True)
class Promised:
    """The day promised first, and why it was moved last."""

    due_on: date
    reason: str

    def label(self, today: date) -> str:
        because = f": {self.reason}" if self.reason else ""
        return f"first due {day_label(self.due_on, today)}, moved{because}"


def promised_days(plans: Mapping[int, Mapping[int, date | None]]) -> dict[tuple[int, int], Promised]:
    """By group and milestone, where another day was promised before than now. One query.

    Args:
        plans: by the id of the group, the due day of each milestone now.
    """
    first: dict[tuple[int, int], Promised] = {}
    changes = PlanChange.objects.filter(group__in=plans, undone_at=None).order_by("made_at", "pk")
    for group, days, reason in changes.values_list("group", "days", "reason"):
        for pk, (before, after) in days.items():
            key = group, int(pk)
            if PlanChange.OUT in (before, after):
                # Taken out of the plan, or new in it: nothing was promised before.
                first.pop(key, None)
            elif key in first:
                first[key] = Promised(first[key].due_on, reason)
            elif before:
                first[key] = Promised(date.fromisoformat(before), reason)
    return {
        (group, pk): promised
        for (group, pk), promised in first.items()
        if plans[group].get(pk) not in (None, promised.due_on)
    }
