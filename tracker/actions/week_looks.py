from datetime import datetime

from groups.models import Enrolment
from people.audit import note
from people.models import User
from tracker.models import WeekLook


def note_look(*, enrolment: Enrolment, role: str, by: User, at: datetime) -> WeekLook:
    """Keep, for the student to read, that somebody looked at their week as they see it."""
    note(f"looked at the week of enrolment {enrolment.pk} as its student")
    return WeekLook.objects.create(enrolment=enrolment, person=by, role=role, looked_at=at)
