"""What would move in each group if due dates did."""

from collections.abc import Mapping
from datetime import date

from courses.models import Cohort
from groups.actions.due_dates import Moved
from groups.models import Group
from lib.days import day_label


def moved_groups(cohort: Cohort, moved: Mapping[int, list[Moved]], today: date) -> list[tuple[Group, str]]:
    """The groups of which a date moves, with "RAG Sun 27 September → Sun 4 October, and 2 later dates". One query."""
    groups = []
    for group in cohort.groups.in_order():
        if own := moved.get(group.pk):
            item, before, after = own[0]
            label = f"{item.milestone} {day_label(before, today)} → {day_label(after, today)}"
            if more := len(own) - 1:
                label += f", and {more} later date{'' if more == 1 else 's'}"
            groups.append((group, label))
    return groups
