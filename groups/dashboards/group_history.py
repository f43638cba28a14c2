from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from groups.models import Group, Mentorship
from lib.history import Change, FieldChange, HistoryLine, changes_of
from people.models import User


def mentorship_lines(group: Group, reader: User) -> tuple[HistoryLine, ...]:
    """Return changes, latest first; of their own the reader is not told why. One query."""
    records = Mentorship.history.filter(group_id=group.pk).select_related("history_user", "person")
    by_mentorship: dict[int, list[Any]] = defaultdict(list)
    for record in records:
        by_mentorship[record.id].append(record)
    # Who hands over and who takes over share one reason.
    own = {record.history_date for record in records if record.person_id == reader.pk}
    reasons = {
        (record.history_date, str(record.person)): record.history_change_reason
        for record in records
        if record.history_date not in own
    }
    changes = [
        change
        for kept in by_mentorship.values()
        for change in changes_of(kept, ["role", "started_on", "ended_on"], thing=str(kept[0].person))
    ]
    return tuple(
        HistoryLine(
            change.at, str(change.by or ""), _field(change, field, reasons), field.before, field.after
        )
        for change in sorted(changes, key=lambda change: change.at, reverse=True)
        for field in change.fields
    )


def _field(change: Change, field: FieldChange, reasons: Mapping[tuple[datetime, str], str | None]) -> str:
    """Example: "Tomás Reis: ended on (a new job)"."""
    why = reasons.get((change.at, change.thing))
    return f"{change.thing}: {field.label}{f' ({why})' if why else ''}"
