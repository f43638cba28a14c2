from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from courses.models import Cohort
from people.models import User
from tracker.models import AttentionPutAside, GroupSnapshot, StudentSnapshot


@dataclass(frozen=True, slots=True)
class FlaggedStudent:
    row: StudentSnapshot
    mentors: str


@dataclass(frozen=True, slots=True)
class FlaggedGroup:
    row: GroupSnapshot
    mentors: str


def put_aside_rows(cohort: Cohort, reader: User, today: date) -> QuerySet[AttentionPutAside]:
    """Attention put aside, without that of the reader: the reason is not for them."""
    return (
        AttentionPutAside.objects.in_force(today)
        .filter(enrolment__cohort=cohort, enrolment__ended_on=None)
        .exclude(enrolment__person=reader)
        .select_related("enrolment__person", "put_aside_by")
        .order_by("until_on", "pk")
    )
