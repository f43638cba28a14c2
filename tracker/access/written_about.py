"""Mentors' words in check-ins are never shown to the students they are about, whatever their roles by now.

Of a week in which one studied in the group, one reads the check-in as a student of it does, also as its mentor later
or as a course admin. One's own texts stay readable.
"""

from datetime import datetime

from django.db.models import Q

from groups.relations import recorded_stays
from lib.texts import hidden_texts
from lib.weeks import monday_of
from people.models import User
from tracker.models import CheckIn, CheckInEntry


def check_ins_about(user: User, now: datetime) -> frozenset[int]:
    """Return the ids of the check-ins that this person reads as a student only."""
    stays = recorded_stays(user, now)
    if not stays:
        return frozenset()
    about = Q(pk__in=CheckInEntry.objects.filter(enrolment__person=user).values("check_in"))
    for stay in stays:
        of_stay = Q(group=stay.group_id, week_starts_on__gte=monday_of(stay.started_on))
        if stay.ended_on is not None:
            of_stay &= Q(week_starts_on__lt=stay.ended_on)
        if stay.replaced_at is not None:
            of_stay &= Q(logged_at__lte=stay.replaced_at)
        about |= of_stay
    written = Q(logged_by=user) & (Q(changed_by=None) | Q(changed_by=user))
    return frozenset(CheckIn.objects.filter(about).exclude(written).values_list("pk", flat=True))


def mask(*rows: CheckIn | CheckInEntry) -> None:
    """Remove from the instances what their models declare as hidden from whom they are about."""
    for row in rows:
        for name in hidden_texts(type(row)):
            setattr(row, name, "")
