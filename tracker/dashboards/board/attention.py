from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from courses.models import Cohort
from groups.models import Membership, Mentorship
from people.models import User
from tracker.dashboards.board.check_ins import LATE
from tracker.dashboards.board.mentors import mentor_names
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
    """A group to check, and `why` besides check-ins that are late, which have a list of their own."""

    row: GroupSnapshot
    why: str
    mentors: str


def groups_to_check(
    rows: Iterable[GroupSnapshot], mentors: Mapping[int, list[Mentorship]]
) -> list[FlaggedGroup]:
    reasons = [(row, [text for code, _, text in row.reasons if code not in LATE]) for row in rows]
    return [
        FlaggedGroup(row, "; ".join(texts), mentor_names(mentors.get(row.group_id, [])))
        for row, texts in reasons
        if texts
    ]


def put_aside_rows(
    cohort: Cohort, reader: User, own_groups: Collection[int], today: date
) -> QuerySet[AttentionPutAside]:
    """Attention put aside, but of the reader and in the groups in which they study: the reason is not for them."""
    fellows = Membership.objects.filter(group__in=own_groups, ended_on=None)
    return (
        AttentionPutAside.objects.in_force(today)
        .filter(enrolment__cohort=cohort, enrolment__ended_on=None)
        .exclude(enrolment__person=reader)
        .exclude(enrolment__in=fellows.values("enrolment"))
        .select_related("enrolment__person", "put_aside_by")
        .order_by("until_on", "pk")
    )
