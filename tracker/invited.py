from datetime import datetime
from typing import NamedTuple

from groups.relations import RelationKind, relations_of
from lib.marks import PersonMark
from people.models import User
from tracker.beginning import Beginning, beginnings_of


class InvitedAs(NamedTuple):
    """What somebody is in Trefoil, in sentences; if that is one group, in short, and its students, not named there."""

    short: str
    said: list[str]
    students: tuple[PersonMark, ...] = ()


def invited_as(person: User, now: datetime) -> InvitedAs:
    """Return what somebody is in Trefoil, for their invitation.

    A membership or mentorship that has not begun counts, an ended one does not.
    """
    current = {"cohort__archived_at": None, "cohort__course__archived_at": None}
    enrolments = person.enrolments.without_end().filter(**current)
    rows = [row for row in relations_of(person, now) if row.is_open(now) or not row.has_begun(now)]
    groups = beginnings_of(person, {row.group_id for row in rows if row.group_id}, now)
    stays = {row.enrolment_id: groups[row.group_id] for row in rows if row.enrolment_id and row.group_id}
    said = []
    for enrolment in enrolments.select_related("cohort__course").order_by("cohort__starts_on", "pk"):
        if own := stays.get(enrolment.pk):
            said.append(_of_group(own))
        else:
            of = f"{enrolment.cohort.course}, {enrolment.cohort}"
            said.append(f"You are a student of {of}. You hear about your group before it begins.")
    for row in rows:
        if row.kind is RelationKind.MENTORS and row.group_id:
            said.append(_of_group(groups[row.group_id]))
        elif row.kind is RelationKind.ADMINISTERS:
            said.append(f"You are a course admin of {row.course}.")
    only = next(iter(groups.values())) if len(groups) == len(said) == 1 else None
    if only is None:
        return InvitedAs("", said)
    students = only.others if only.role or not only.others else (person, *only.others)
    short = f"{person.get_short_name()}, your group is {only.group}"
    marks = only.group.marks(students).values()
    return InvitedAs(short, [_of_group(only, names_others=False)], tuple(marks))


def _of_group(own: Beginning, *, names_others: bool = True) -> str:
    cohort = own.group.cohort
    of = f"The course: {cohort.course}, {cohort}."
    what = "" if own.role else own.what
    return " ".join(filter(None, (own.who(str, names_others=names_others), of, what, own.when)))
