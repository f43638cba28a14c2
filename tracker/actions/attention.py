"""Snooze a student until a date, for a reason, and end that early."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from groups.models import Enrolment
from people.models import User
from tracker.models import AttentionPutAside


@transaction.atomic
def snooze_student(
    *, enrolment: Enrolment, until_on: date, reason: str, by: User, at: datetime, codes: Iterable[str] = ()
) -> AttentionPutAside:
    """Snooze a student until a date; an earlier snooze ends now.

    Args:
        codes: those of all reasons for attention that stand, which it hides.
    """
    enrolment = (
        Enrolment.objects.select_for_update(of=("self",), no_key=True)
        .select_related("cohort")
        .get(pk=enrolment.pk)
    )
    in_force = enrolment.attention_put_aside.in_force(enrolment.cohort.today(at))
    in_force.update(ended_at=at, ended_by=by)
    return AttentionPutAside.objects.create(
        enrolment=enrolment,
        until_on=until_on,
        reason=reason,
        codes=sorted(codes),
        put_aside_at=at,
        put_aside_by=by,
    )


def end_snooze(*, aside: AttentionPutAside, by: User, at: datetime) -> bool:
    """Let attention count again; False if the snooze has ended already, which changes nothing."""
    return bool(AttentionPutAside.objects.filter(pk=aside.pk, ended_at=None).update(ended_at=at, ended_by=by))
