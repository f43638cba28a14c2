"""What correcting the days of a mentorship would change: it is done, looked at, and rolled back."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from groups.actions.correcting import StayDays, correct_mentorship
from groups.models import Mentorship
from people.models import User
from tracker.access.check_ins import day_of
from tracker.dashboards.enrolment_days import DayChange, days_label


def changes_of_mentorship(
    *, mentorship: Mentorship, days: StayDays, by: User, at: datetime
) -> list[DayChange]:
    """Return what would differ. Raises what `correct_mentorship` raises."""
    before = _texts(mentorship, at)
    with transaction.atomic():
        after = _texts(correct_mentorship(mentorship=mentorship, days=days, by=by, at=at), at)
        transaction.set_rollback(True)
    return [DayChange(what, before[what], after[what]) for what in before if before[what] != after[what]]


def _texts(mentorship: Mentorship, at: datetime) -> dict[str, str]:
    group = mentorship.group
    zone, today = ZoneInfo(group.cohort.time_zone), group.cohort.today(at)
    mentors = group.mentorships.open(today).select_related("person").order_by("person__name")
    return {
        "Mentorship": days_label(mentorship),
        "Check-ins of the group in these days": str(
            sum(mentorship.is_open(day_of(check_in, zone)) for check_in in group.check_ins.all())
        ),
        "Mentors today": ", ".join(str(row.person) for row in mentors) or "none",
    }
