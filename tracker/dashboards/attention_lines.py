"""Who needs somebody, one line a student with all reasons."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from django.urls import reverse

from questions.models import Question
from tracker.dashboards.grid import Member, first_names
from tracker.standing import Attention, Reason, ReasonCode

# The newest open question of each student about each milestone, by the ids of the enrolment and the milestone.
type Asked = Mapping[tuple[int | None, int | None], Question]

# Shown once for the group rather than for each student.
SHOWN_FOR_GROUP = frozenset({ReasonCode.SPREAD})
# What begins the second part of a reason.
_WHEN = {ReasonCode.NEEDS_HELP: "asked", ReasonCode.HELP_ANSWERED: "answered"}


@dataclass(frozen=True, slots=True, kw_only=True)
class AttentionLine:
    """`what` is the first reason, `why` the others. `enrolment_id` is None for the group itself.

    `question` is what a student asks about a milestone that they need help with; without one the request itself is
    answered. Who must be helped but did not ask is written to.
    """

    enrolment_id: int | None
    who: str
    what: str
    why: str
    attention: Attention
    asks_for_help: bool = False
    question: Question | None = None
    email: str = ""

    @property
    def url(self) -> str:
        return reverse("tracker:student-detail", args=[self.enrolment_id]) if self.enrolment_id else ""

    @property
    def said(self) -> str:
        return self.question.title if self.question else ""

    @property
    def action_url(self) -> str:
        if self.question:
            return f"{self.question.get_absolute_url()}#id_body"
        if self.asks_for_help:
            return reverse("tracker:help-answer", args=[self.enrolment_id])
        return f"mailto:{self.email}" if self.email and self.attention is Attention.ACT else ""

    @property
    def action_label(self) -> str:
        return "Answer" if self.asks_for_help else "E-mail"


def student_lines(
    members: Sequence[Member],
    *,
    without: Collection[ReasonCode] = (),
    asked: Asked,
) -> Iterator[AttentionLine]:
    """Yield a line for each member who needs somebody, the worst first.

    Args:
        without: what is said once for the group rather than for each student.
    """
    names = first_names(members)
    for member in sorted(members, key=lambda member: member.standing.severity):
        if member.standing.attention is Attention.NONE:
            continue
        if line := line_of(member, names[member.enrolment_id], without=without, asked=asked):
            yield line


def line_of(
    member: Member, name: str, *, without: Collection[ReasonCode] = (), asked: Asked
) -> AttentionLine | None:
    """Return the line of one member, also if they are put aside; None without a reason."""
    reasons = [reason for reason in member.standing.reasons if reason.code not in without]
    if not reasons:
        return None
    what, since = reasons[0].predicate, ""
    if verb := _WHEN.get(reasons[0].code):
        # "needs help with RAG", and only then since when.
        what, _, since = what.partition(f", {verb} ")
        since = f"{verb} {since}"
    asks_for_help = reasons[0].code is ReasonCode.NEEDS_HELP
    return AttentionLine(
        enrolment_id=member.enrolment_id,
        who=name,
        what=what,
        why="; ".join(filter(None, [since, *(reason.text for reason in reasons[1:])])),
        attention=member.standing.attention,
        asks_for_help=asks_for_help,
        email=member.membership.enrolment.person.email,
        question=_question(member, asked) if asks_for_help else None,
    )


def _question(member: Member, asked: Asked) -> Question | None:
    """Return the newest about what they need help with: an answer to another one would not help."""
    own = [asked.get((member.enrolment_id, milestone_id)) for milestone_id in member.requests]
    return max(filter(None, own), key=lambda question: (question.asked_at, question.pk), default=None)


def line_without(code: ReasonCode, line: AttentionLine, member: Member) -> AttentionLine | None:
    """Return the line of a member of a group without one of the reasons; None if there is no other."""
    left = line_of(member, line.who, without=[*SHOWN_FOR_GROUP, code], asked={})
    return replace(left, question=line.question) if left else None


def group_line(name: str, reasons: Sequence[Reason]) -> AttentionLine | None:
    """Return the line of the group itself. It is amber at most: red is for a person who waits."""
    if not reasons:
        return None
    return AttentionLine(
        enrolment_id=None,
        who=f"{name}:",
        what=reasons[0].text,
        why="; ".join(reason.text for reason in reasons[1:]),
        attention=Attention.WATCH,
    )
