from collections import defaultdict
from typing import Any

from groups.models import Group, Mentorship
from lib.history import HistoryLine, changes_of


def mentorship_lines(group: Group) -> tuple[HistoryLine, ...]:
    """Return changes, latest first. One query."""
    records = Mentorship.history.filter(group_id=group.pk).select_related("history_user", "person")
    by_mentorship: dict[int, list[Any]] = defaultdict(list)
    for record in records:
        by_mentorship[record.id].append(record)
    changes = [
        change
        for kept in by_mentorship.values()
        for change in changes_of(kept, ["role", "started_on", "ended_on"], thing=str(kept[0].person))
    ]
    return tuple(
        HistoryLine(
            change.at, str(change.by or ""), f"{change.thing}: {field.label}", field.before, field.after
        )
        for change in sorted(changes, key=lambda change: change.at, reverse=True)
        for field in change.fields
    )
