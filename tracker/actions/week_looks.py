from datetime import datetime, timedelta

from groups.models import Enrolment
from people.audit import note
from people.models import User
from tracker.models import WeekLook

# Opening it again within this time is the same look.
_ONE_LOOK = timedelta(hours=1)


def note_look(*, enrolment: Enrolment, role: str, by: User, at: datetime) -> None:
    """Keep, for the student to read, that somebody looked at their week as they see it."""
    note(f"looked at the week of enrolment {enrolment.pk} as its student")
    if not WeekLook.objects.filter(enrolment=enrolment, person=by, looked_at__gt=at - _ONE_LOOK).exists():
        WeekLook.objects.create(enrolment=enrolment, person=by, role=role, looked_at=at)
