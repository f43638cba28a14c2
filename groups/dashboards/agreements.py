from groups.actions.agreement import FIELDS
from groups.models import Enrolment
from lib.history import HistoryLine, changes_of


def agreement_lines(enrolment: Enrolment) -> tuple[HistoryLine, ...]:
    """Return what was agreed before, latest first. One query."""
    records = Enrolment.history.filter(id=enrolment.pk).select_related("history_user")
    return tuple(
        HistoryLine(change.at, str(change.by or ""), field.label, field.before, field.after)
        for change in changes_of(records, FIELDS)
        for field in change.fields
    )
