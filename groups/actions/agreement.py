"""The first agreement: what a student and their mentor expect of each other. It is part of the enrolment."""

from datetime import datetime

from django.db import transaction

from groups.models import Enrolment
from lib.history import credit
from people.models import User

FIELDS = ("hours_a_week", "level", "goal", "contact")


@transaction.atomic
def agree(*, enrolment: Enrolment, by: User, at: datetime) -> Enrolment:
    """Save what was agreed. Before there is a group, it is only what is known of the student."""
    today = enrolment.cohort.today(at)
    if enrolment.memberships.not_ended(today).exists():
        enrolment.agreed_by, enrolment.agreed_at = by, at
    credit(enrolment, by)
    enrolment.save()
    return enrolment
