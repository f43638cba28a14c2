from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from groups.models import Group
from lib.days import day_label, day_range_label
from people.models import User
from questions.models import Question
from questions.models.question import asks_of
from tracker.dashboards.grid import Member
from tracker.dashboards.group_overviews import GroupOverview, group_statuses
from tracker.dashboards.meetings import NextMeeting, next_meeting
from tracker.dashboards.my_groups.check_ins import CheckInSummary, check_in_summary
from tracker.models import AgreedStep
from tracker.standing import Attention, CheckInState, GroupStatus, Reason, ReasonCode, Severity

_QUESTIONS_SHOWN = 5
# Shown beside the button.
_SHOWN_AT_BUTTON = frozenset({ReasonCode.CHECK_IN_LATE})
# Shown once for the group rather than for each student.
_SHOWN_FOR_GROUP = frozenset({ReasonCode.SPREAD})


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenQuestion:
    question: Question
    details: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CardStep:
    who: str
    step: AgreedStep
    due_label: str
    is_late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StudentInNeed:
    """A member with all reasons for attention, the worst first."""

    enrolment_id: int
    name: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupCard:
    """`students` and the `reasons` of the group come worst first; `notes` explain the rest, such as absences."""

    overview: GroupOverview
    status: GroupStatus
    students: tuple[StudentInNeed, ...]
    reasons: tuple[Reason, ...]
    check_in: CheckInSummary
    meeting: NextMeeting | None
    questions: tuple[OpenQuestion, ...]
    question_count: int
    steps: tuple[CardStep, ...]
    notes: tuple[str, ...]
    role: str
    other_mentors: str
    severity: tuple[Severity, ...]
    expects_check_in: bool
    # The group and its version, as the page sends them back to ask whether they still hold.
    seen: str

    @property
    def group(self) -> Group:
        return self.overview.group

    @property
    def anchor(self) -> str:
        return f"#group-{self.group.pk}"


def group_cards(
    overviews: Sequence[GroupOverview], *, mentor: User, versions: Mapping[int, str]
) -> list[GroupCard]:
    """Return the cards of a mentor's groups. Six queries."""
    statuses = group_statuses(overviews)
    ids = [overview.group.pk for overview in overviews]
    open_questions = list(_open_questions(ids))
    asks = _asks(open_questions)
    questions: dict[int, list[Question]] = defaultdict(list)
    for question in open_questions:
        questions[question.group_id].append(question)
    steps: dict[int, list[AgreedStep]] = defaultdict(list)
    for step in _steps(overviews):
        steps[step.group_id].append(step)
    return [
        _card(
            overview,
            statuses[overview.group.pk],
            questions[overview.group.pk],
            asks,
            steps[overview.group.pk],
            mentor,
            f"{overview.group.pk}-{versions.get(overview.group.pk, '')}",
        )
        for overview in overviews
    ]


def _open_questions(group_ids: Sequence[int]) -> QuerySet[Question]:
    """With what is shown of them."""
    questions = Question.objects.filter(group__in=group_ids).open().select_related("milestone", "asked_by")
    shown = ("group", "title", "status", "asked_at", "is_undated", "milestone__title", "asked_by__name")
    return questions.only(*shown).order_by("asked_at", "pk")


@dataclass(frozen=True, slots=True)
class _Asks:
    """How often questions were asked; and by question the enrolment and the name of who asked first.

    These are None if the mentor did not say who.
    """

    counts: Counter[int]
    first: dict[int, tuple[int | None, str | None]]


def _asks(questions: Collection[Question]) -> _Asks:
    """One query, none without questions. Asks of a duplicate count at its original."""
    asks = _Asks(Counter(), {})
    if not questions:
        return asks
    rows = asks_of([question.pk for question in questions]).order_by("asked_at", "pk")
    for question_id, original_id, enrolment_id, name in rows.values_list(
        "question", "question__duplicate_of", "enrolment", "enrolment__person__name"
    ):
        asks.counts[original_id or question_id] += 1
        asks.first.setdefault(question_id, (enrolment_id, name))
    return asks


def _steps(overviews: Sequence[GroupOverview]) -> QuerySet[AgreedStep]:
    """Open steps, and those of the last check-in that were not dropped."""
    last = [check_ins[0].pk for each in overviews if (check_ins := each.group.check_ins.all())]
    return (
        AgreedStep.objects.filter(group__in=[each.group.pk for each in overviews])
        .filter(Q(state=AgreedStep.State.OPEN) | Q(state=AgreedStep.State.DONE, check_in__in=last))
        .with_name()
        .order_by("agreed_at", "pk")
    )


def _card(
    overview: GroupOverview,
    status: GroupStatus,
    questions: list[Question],
    asks: _Asks,
    steps: list[AgreedStep],
    mentor: User,
    seen: str,
) -> GroupCard:
    mentor_id = mentor.pk
    names = _names(overview.members)
    this_week = status.this_week
    return GroupCard(
        overview=overview,
        status=status,
        students=tuple(_in_need(overview.members, names)),
        reasons=tuple(reason for reason in status.reasons if reason.code not in _SHOWN_AT_BUTTON),
        check_in=check_in_summary(overview, status),
        meeting=next_meeting(
            overview.group,
            overview.group.check_ins.all(),
            overview.pauses,
            overview.now,
            reader_zone=mentor.time_zone,
        ),
        questions=tuple(_question(row, asks, overview, names) for row in questions[:_QUESTIONS_SHOWN]),
        question_count=len(questions),
        steps=tuple(_step(row, overview.today, names) for row in steps),
        notes=tuple(_notes(overview, names, mentor_id)),
        role=next((each.role for each in overview.mentors_now if each.person_id == mentor_id), ""),
        other_mentors=_other_mentors(overview, mentor_id),
        severity=tuple(sorted([status.severity, *(member.standing.severity for member in overview.members)])),
        expects_check_in=this_week is not None and this_week.state is not CheckInState.NONE,
        seen=seen,
    )


def _names(members: tuple[Member, ...]) -> dict[int, str]:
    """First names, or full names where first names are the same."""
    count = Counter(member.short_name for member in members)
    return {
        member.enrolment_id: member.short_name if count[member.short_name] == 1 else member.name
        for member in members
    }


def _in_need(members: Sequence[Member], names: dict[int, str]) -> Iterator[StudentInNeed]:
    for member in sorted(members, key=lambda member: member.standing.severity):
        own = tuple(reason for reason in member.standing.reasons if reason.code not in _SHOWN_FOR_GROUP)
        if own and member.standing.attention is not Attention.NONE:
            yield StudentInNeed(
                enrolment_id=member.enrolment_id, name=names[member.enrolment_id], reasons=own
            )


def _question(
    question: Question, asks: _Asks, overview: GroupOverview, names: dict[int, str]
) -> OpenQuestion:
    days = (overview.today - overview.group.cohort.today(question.asked_at)).days
    age = "asked today" if days <= 0 else f"open {days} day{'' if days == 1 else 's'}"
    count = asks.counts[question.pk]
    enrolment_id, name = asks.first.get(question.pk, (None, None))
    parts = [
        names.get(enrolment_id or 0) or name or question.asked_by.name,
        question.milestone.title if question.milestone else "",
        "needs follow-up" if question.status == Question.Status.FOLLOW_UP else "",
        "no date" if question.is_undated else age,
        f"asked {count} times" if count > 1 else "",
    ]
    return OpenQuestion(question=question, details=" · ".join(part for part in parts if part))


def _step(step: AgreedStep, today: date, names: dict[int, str]) -> CardStep:
    who = "The group"
    if step.enrolment is not None:
        who = names.get(step.enrolment.pk) or step.enrolment.person.name
    return CardStep(who=who, step=step, due_label=step.due_label(today), is_late=step.is_late(today))


def _notes(overview: GroupOverview, names: dict[int, str], mentor_id: int) -> Iterator[str]:
    """Yield who has not signed in, who was put aside, who has an accepted absence, and when this mentor is away."""
    today = overview.today
    new = [names[member.enrolment_id] for member in overview.members if not member.facts.has_signed_in]
    if new:
        yield f"Not signed in yet: {', '.join(new)}."
    for member in overview.members:
        name, facts = names[member.enrolment_id], member.facts
        if member.standing.is_set_aside and facts.set_aside_until is not None:
            yield f"{name} is snoozed until {day_label(facts.set_aside_until, today)}."
        for absence in facts.absences:
            if absence.ends_on is not None and today <= absence.ends_on:
                yield f"{name} is away {day_range_label(absence.starts_on, absence.ends_on, today)}, accepted."
    yield from _away(overview, mentor_id)


def _away(overview: GroupOverview, mentor_id: int) -> Iterator[str]:
    for mentorship in overview.group.mentorships.all():
        for away in mentorship.away.all() if mentorship.person_id == mentor_id else ():
            if overview.today <= away.ends_on:
                yield f"You are away {day_range_label(away.starts_on, away.ends_on, overview.today)}."


def _other_mentors(overview: GroupOverview, mentor_id: int) -> str:
    """ "Tomás Reis (co-mentor)"; empty if nobody else mentors the group."""
    others = [each for each in overview.mentors_now if each.person_id != mentor_id]
    return ", ".join(f"{each.person} ({each.get_role_display()})" for each in others)
