from groups.models import Enrolment
from groups.models.enrolment import SAID
from lib.history import HistoryLine, changes_of


def mentor_note_lines(enrolment: Enrolment) -> tuple[HistoryLine, ...]:
    """Return what was written before, latest first. One query."""
    records = Enrolment.history.filter(id=enrolment.pk).select_related("history_user")
    return tuple(
        HistoryLine(change.at, str(change.by or ""), field.label, field.before, field.after)
        for change in changes_of(records, SAID)
        for field in change.fields
    )
