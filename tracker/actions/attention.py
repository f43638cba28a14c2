"""Attention that somebody puts aside, with a reason and until a day, and takes back."""

from datetime import date, datetime

from django.db import transaction

from groups.models import Enrolment
from people.models import User
from tracker.models import AttentionPutAside


@transaction.atomic
def put_aside(
    *, enrolment: Enrolment, until_on: date, reason: str, by: User, at: datetime
) -> AttentionPutAside:
    """Let a student need nothing until that day; what was put aside of them before ends now."""
    enrolment = (
        Enrolment.objects.select_for_update(of=("self",)).select_related("cohort").get(pk=enrolment.pk)
    )
    in_force = enrolment.attention_put_aside.in_force(enrolment.cohort.today(at))
    in_force.update(ended_at=at, ended_by=by)
    return AttentionPutAside.objects.create(
        enrolment=enrolment, until_on=until_on, reason=reason, put_aside_at=at, put_aside_by=by
    )


def end_put_aside(*, aside: AttentionPutAside, by: User, at: datetime) -> bool:
    """Let it count again from this moment; False when it had ended already, whose moment is kept."""
    return bool(AttentionPutAside.objects.filter(pk=aside.pk, ended_at=None).update(ended_at=at, ended_by=by))
