from datetime import datetime

from groups.models import Enrolment, Mentorship
from groups.relations import RelationKind, relations_of
from people.models import User


def invited_as(person: User, now: datetime) -> list[str]:
    """Return what somebody is in Trefoil, for their invitation: "student of Means, Autumn 2026, in Clover".

    What has not begun counts, what ended does not. Four queries.
    """
    current = {"cohort__archived_at": None, "cohort__course__archived_at": None}
    enrolments = Enrolment.objects.filter(person=person, ended_on=None, **current)
    relations = [row for row in relations_of(person, now) if row.is_open(now) or not row.has_begun(now)]
    group_of = {row.enrolment_id: row.group_name for row in relations if row.kind is RelationKind.STUDIES}
    found = [
        f"student of {enrolment.cohort.course}, {enrolment.cohort}"
        + (f", in {group_of[enrolment.pk]}" if enrolment.pk in group_of else "")
        for enrolment in enrolments.select_related("cohort__course").order_by("cohort__starts_on", "pk")
    ]
    for row in relations:
        if row.kind is RelationKind.MENTORS:
            found.append(
                f"{Mentorship.Role(row.role).label} of {row.group_name} in {row.course_title}, {row.cohort_title}"
            )
        elif row.kind is RelationKind.ADMINISTERS:
            found.append(f"course admin of {row.course_title}")
    return found
