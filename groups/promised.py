from collections.abc import Mapping
from datetime import date

from groups.models import PlanChange
from lib.days import day_label


def promised_before(group_id: int, plan: Mapping[int, date | None], today: date) -> dict[int, str]:
    """ "first due Mon 7 September, moved: the holiday", by milestone for which another day was promised.

    Args:
        plan: the due day of each milestone now.
    """
    first: dict[int, tuple[date, str]] = {}
    changes = PlanChange.objects.filter(group=group_id, undone_at=None).order_by("made_at", "pk")
    for days, reason in changes.values_list("days", "reason"):
        for key, (before, after) in days.items():
            pk = int(key)
            if PlanChange.OUT in (before, after):
                # Removed from the plan, or new in it: nothing was promised before.
                first.pop(pk, None)
            elif pk in first or before:
                promised_on = first[pk][0] if pk in first else date.fromisoformat(before)
                first[pk] = promised_on, f": {reason}" if reason else ""
    return {
        pk: f"first due {day_label(day, today)}, moved{because}"
        for pk, (day, because) in first.items()
        if plan.get(pk) not in (None, day)
    }
