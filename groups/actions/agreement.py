"""The first agreement: what a student and their mentor expect of each other. It is part of the enrolment."""

from datetime import datetime

from django.db import transaction

from groups.models import Enrolment, WillingMentor, Wish
from lib.history import credit
from people.forgetting import Forgotten
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


def forget_agreements(person: Forgotten) -> None:
    """What somebody wrote of themselves goes with their name, and so does what was noted to form groups."""
    words = {"level": "", "goal": "", "contact": ""}
    Enrolment.objects.filter(person=person.id).update(**words)
    Enrolment.history.filter(person=person.id).update(**words)
    Wish.objects.filter(one__person=person.id).delete()
    Wish.objects.filter(other__person=person.id).delete()
    WillingMentor.objects.filter(person=person.id).delete()
