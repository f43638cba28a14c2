from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from courses.models import Cohort
from people.models import User
from tracker.models import AttentionPutAside, GroupSnapshot, StudentSnapshot
from tracker.standing import Attention, Reason, ReasonCode


@dataclass(frozen=True, slots=True)
class FlaggedStudent:
    """`mail` writes to the mentors; empty without one."""

    row: StudentSnapshot
    mentors: str
    mail: str

    @property
    def why(self) -> str:
        """ "needs help with RAG, asked today; 1 milestone behind: LLM basics"."""
        reasons = [
            Reason(code=ReasonCode(code), attention=Attention(tone), text=text)
            for code, tone, text in self.row.reasons
        ]
        return "; ".join([reasons[0].predicate, *(reason.text for reason in reasons[1:])]) if reasons else ""


@dataclass(frozen=True, slots=True)
class FlaggedGroup:
    row: GroupSnapshot
    mentors: str

    @property
    def why(self) -> str:
        return "; ".join(self.row.reason_texts)


def put_aside_rows(cohort: Cohort, reader: User, today: date) -> QuerySet[AttentionPutAside]:
    """Attention put aside, without that of the reader: the reason is not for them."""
    return (
        AttentionPutAside.objects.in_force(today)
        .filter(enrolment__cohort=cohort, enrolment__ended_on=None)
        .exclude(enrolment__person=reader)
        .select_related("enrolment__person", "put_aside_by")
        .order_by("until_on", "pk")
    )
