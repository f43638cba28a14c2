from datetime import date, datetime

from courses.models import Cohort
from groups.relations import relations_of
from lib.weeks import Week
from people.models import User
from tracker.access.meeting_notes import studied_with
from tracker.models import MeetingNote


def paces_seen_differently(cohort: Cohort, reader: User, today: date, now: datetime) -> list[MeetingNote]:
    """Return this week's and last week's notes where student and mentor see the pace differently. One query.

    Of each student the latest; none of groups in which the reader studied that week.
    """
    if not cohort.asks_before_meeting:
        return []
    week = Week.of(today)
    notes = (
        MeetingNote.objects.filter(
            group__cohort=cohort,
            week_starts_on__in=(week.starts_on, week.previous().starts_on),
            enrolment__ended_on=None,
        )
        .with_another_pace()
        .select_related("enrolment__person", "group")
        .order_by("-week_starts_on", "enrolment__person__name", "pk")
    )
    relations = relations_of(reader, now)
    of_students: dict[int, MeetingNote] = {}
    for note in notes:
        if note.is_pace_seen_differently and not studied_with(relations, note.group_id, note.week):
            of_students.setdefault(note.enrolment_id, note)
    return list(of_students.values())
