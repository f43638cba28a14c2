from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from courses.models import Cohort
from groups.models import Membership, Mentorship
from people.models import User
from tracker.dashboards.board.check_ins import LATE
from tracker.dashboards.board.mentors import Mentors
from tracker.models import AttentionPutAside, GroupSnapshot, StudentSnapshot
from tracker.standing import Attention, Reason, ReasonCode, Words, short_reason


@dataclass(frozen=True, slots=True)
class FlaggedStudent:
    """`reminded` says what became of a reminder of the last day; empty if there was none."""

    row: StudentSnapshot
    mentors: Mentors
    reminded: str

    @property
    def reasons(self) -> list[Reason]:
        return [
            Reason(code=ReasonCode(code), attention=Attention(tone), text=text)
            for code, tone, text in self.row.reasons
        ]

    @property
    def words(self) -> Words:
        """The worst reason in two or three words, as on every page."""
        return short_reason(self.reasons[0])

    @property
    def about(self) -> str:
        """What these words leave out: "Prompt engineering, asked 8 days ago", "no activity for 16 days"."""
        worst = self.reasons[0]
        if worst.code is ReasonCode.BEHIND:
            return worst.text.partition(": ")[2]
        text = worst.text.removeprefix("needs help with ")
        return "" if text == self.words.text else text

    @property
    def why(self) -> str:
        """ "needs help with RAG, asked today; 1 milestone behind: LLM basics"."""
        reasons = self.reasons
        return "; ".join([reasons[0].predicate, *(reason.text for reason in reasons[1:])]) if reasons else ""


@dataclass(frozen=True, slots=True)
class FlaggedGroup:
    """A group to check, and `why` besides check-ins that are late, which have a list of their own."""

    row: GroupSnapshot
    why: str
    mentors: Mentors


def groups_to_check(
    rows: Iterable[GroupSnapshot], mentors: Mapping[int, list[Mentorship]], reader: User
) -> list[FlaggedGroup]:
    reasons = [(row, [text for code, _, text in row.reasons if code not in LATE]) for row in rows]
    return [
        FlaggedGroup(row, "; ".join(texts), Mentors.of(mentors.get(row.group_id, ()), reader))
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
