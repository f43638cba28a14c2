"""What mentors write in check-ins is never shown to the students it is about, whatever else they are by now.

Of a week in which one studied in the group, one reads the check-in as a student of it does, also as its mentor later
or as a course admin. What one wrote oneself stays readable.
"""

from datetime import datetime

from django.db.models import Q

from groups.relations import relations_of
from lib.texts import hidden_texts
from lib.weeks import monday_of
from people.models import User
from tracker.models import CheckIn, CheckInEntry


def check_ins_about(user: User, now: datetime) -> frozenset[int]:
    """Return the ids of the check-ins that this person reads as a student only. No query if they never studied."""
    studied = relations_of(user, now).stays
    if not studied:
        return frozenset()
    about = Q(pk__in=CheckInEntry.objects.filter(enrolment__person=user).values("check_in"))
    for row in studied:
        stay = Q(group=row.group_id, week_starts_on__gte=monday_of(row.started_on)) if row.started_on else Q()
        about |= stay & Q(week_starts_on__lt=row.ended_on) if row.ended_on else stay
    written = Q(logged_by=user) & (Q(changed_by=None) | Q(changed_by=user))
    return frozenset(CheckIn.objects.filter(about).exclude(written).values_list("pk", flat=True))


def mask(*rows: CheckIn | CheckInEntry) -> None:
    """Remove from the instances what their models declare as hidden from whom they are about."""
    for row in rows:
        for name in hidden_texts(type(row)):
            setattr(row, name, "")
