from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Q, QuerySet

from groups.models import Group
from lib.days import day_label, day_range_label
from people.models import User
from questions.models import Question
from questions.models.question import asks_of
from tracker.dashboards.attention_lines import (
    SHOWN_FOR_GROUP,
    AttentionLine,
    group_line,
    line_without,
    student_lines,
)
from tracker.dashboards.dates import dates_of, missed_line
from tracker.dashboards.facts import mentors_of
from tracker.dashboards.grid import Sheet, first_names
from tracker.dashboards.group_overviews import GroupOverview, columns_for, group_statuses
from tracker.dashboards.known import AskedMost
from tracker.dashboards.meetings import NextMeeting, next_meeting
from tracker.dashboards.my_groups.check_ins import CheckInSummary, check_in_summary
from tracker.models import AgreedStep
from tracker.standing import Attention, CheckInState, GroupStatus, ReasonCode, Severity, StandingPace
from tracker.standing.attention import counted

_QUESTIONS_SHOWN = 3
_COUNTS = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six"}
# Shown beside the button.
_SHOWN_AT_BUTTON = frozenset({ReasonCode.CHECK_IN_LATE})


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenQuestion:
    question: Question
    details: str
    # None if nobody knows.
    asked_at: datetime | None
    is_late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CardStep:
    who: str
    step: AgreedStep
    due_label: str
    is_late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupCard:
    """`lines` say who needs the mentor, the worst first; `notes` explain the rest, such as absences.

    `sheet` aligns with those of the cohort's other groups.
    """

    overview: GroupOverview
    status: GroupStatus
    sheet: Sheet
    lines: tuple[AttentionLine, ...]
    check_in: CheckInSummary
    meeting: NextMeeting | None
    # All its mentors are away on the day of the meeting.
    meets_alone: bool
    questions: tuple[OpenQuestion, ...]
    question_count: int
    steps: tuple[CardStep, ...]
    notes: tuple[str, ...]
    company: str
    severity: tuple[Severity, ...]
    expects_check_in: bool
    # The promise that the group misses first, and who proposed other dates; "" if there is none.
    missed: str
    # What is asked most at the milestone that the group has come to, until the mentor closes it.
    known: AskedMost | None = None
    # The group and its version, as the page sends them back to ask whether they still hold.
    seen: str

    @property
    def group(self) -> Group:
        return self.overview.group

    @property
    def anchor(self) -> str:
        return f"#group-{self.group.pk}"

    @property
    def way_back(self) -> str:
        """Back to the card on the mentor's page, which is open then."""
        return f"?open={self.group.pk}{self.anchor}"

    def without_answered(self) -> "GroupCard":
        """The same, without help that was answered. It is never the reason to act for, so the rest stays as it is."""
        members = {member.enrolment_id: member for member in self.overview.members}
        lines = (
            line_without(ReasonCode.HELP_ANSWERED, line, members[line.enrolment_id])
            if line.enrolment_id
            else line
            for line in self.lines
        )
        return replace(self, lines=tuple(line for line in lines if line))

    @property
    def is_well(self) -> bool:
        """Whether the card is one line: nobody needs the mentor and nothing is late."""
        is_set_up = bool(self.overview.members and self.overview.plan)
        is_late = self.check_in.is_late or self.is_waiting
        return is_set_up and not self.lines and not is_late

    @property
    def is_waiting(self) -> bool:
        """Whether questions or steps have waited for too long."""
        codes = {reason.code for reason in self.status.reasons}
        return ReasonCode.QUESTIONS_OPEN in codes or bool(self.late_count)

    @property
    def is_folded(self) -> bool:
        """Whether questions and steps are one line."""
        return all(each.attention is not Attention.ACT for each in self.lines)

    @property
    def late_count(self) -> int:
        return sum(step.is_late for step in self.steps)

    @property
    def folded_label(self) -> str:
        """ "1 open question, 3 agreed steps"; empty if there is neither."""
        left = sum(not step.step.is_done for step in self.steps)
        steps = counted(left, "agreed step") if left else "all agreed steps done" if self.steps else ""
        questions = counted(self.question_count, "open question") if self.question_count else ""
        return ", ".join(part for part in (questions, steps) if part)

    @property
    def behind(self) -> tuple[str, ...]:
        """The names of those whose pace is behind, though no rule asks for the mentor yet, nor are they snoozed."""
        names = first_names(self.overview.members)
        return tuple(
            names[each.enrolment_id]
            for each in self.overview.members
            if each.standing.pace is StandingPace.BEHIND
            and each.standing.attention is Attention.NONE
            and not each.standing.is_set_aside
        )

    @property
    def well_label(self) -> str:
        """ "All three are ahead.", "Both are on track.", "Bruno is behind.": as each is told on their own page."""
        members = self.overview.members
        behind = [each for each in members if each.standing.proposed_pace is StandingPace.BEHIND]
        pace = "ahead" if all(member.standing.ahead_by for member in members) else "on track"
        who, pace = (behind, "behind") if behind else (members, pace)
        if len(who) == 1:
            return f"{first_names(members)[who[0].enrolment_id]} is {pace}."
        count = _COUNTS.get(len(who), str(len(who)))
        if len(who) < len(members):
            return f"{count.capitalize()} of {_COUNTS.get(len(members), len(members))} are {pace}."
        return f"{'Both' if len(who) == 2 else f'All {count}'} are {pace}."


def group_cards(
    overviews: Sequence[GroupOverview], *, mentor: User, versions: Mapping[int, str]
) -> list[GroupCard]:
    """Return the cards of a mentor's groups. Seven queries."""
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
    of_cohort: dict[int, list[GroupOverview]] = defaultdict(list)
    for overview in overviews:
        of_cohort[overview.group.cohort_id].append(overview)
    columns = {cohort_id: columns_for(together) for cohort_id, together in of_cohort.items()}
    return [
        _card(
            overview,
            statuses[overview.group.pk],
            overview.sheet_of(columns[overview.group.cohort_id]),
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
    sheet: Sheet,
    questions: list[Question],
    asks: _Asks,
    steps: list[AgreedStep],
    mentor: User,
    seen: str,
) -> GroupCard:
    mentor_id = mentor.pk
    names = first_names(overview.members)
    this_week = status.this_week
    meeting = next_meeting(
        overview.group,
        overview.group.check_ins.all(),
        overview.pauses,
        overview.now,
        reader_zone=mentor.time_zone,
    )
    return GroupCard(
        overview=overview,
        status=status,
        sheet=sheet,
        lines=tuple(_lines(overview, status, questions, asks)),
        check_in=check_in_summary(overview, status),
        meeting=meeting,
        meets_alone=meeting is not None
        and not any(each.is_there(meeting.on) for each in mentors_of(overview.group)),
        questions=tuple(_question(row, asks, overview, names) for row in questions[:_QUESTIONS_SHOWN]),
        question_count=len(questions),
        steps=tuple(_step(row, overview.today, names) for row in steps),
        notes=tuple(_notes(overview, names, mentor_id)),
        company=_company(overview, mentor_id),
        severity=tuple(sorted([status.severity, *(member.standing.severity for member in overview.members)])),
        expects_check_in=this_week is not None and this_week.state is not CheckInState.NONE,
        missed=missed_line(overview, dates_of(overview)),
        seen=seen,
    )


def _lines(
    overview: GroupOverview, status: GroupStatus, questions: Sequence[Question], asks: _Asks
) -> Iterator[AttentionLine]:
    """Yield a line a student in need, then that of the group. A cry for help is answered at the question about it."""
    asked = {
        (asks.first[question.pk][0], question.milestone_id): question
        for question in questions
        if question.pk in asks.first
    }
    yield from student_lines(overview.members, without=SHOWN_FOR_GROUP, asked=asked)
    reasons = [reason for reason in status.reasons if reason.code not in _SHOWN_AT_BUTTON]
    if line_of_group := group_line(overview.group.name, reasons):
        yield line_of_group


def _question(
    question: Question, asks: _Asks, overview: GroupOverview, names: dict[int, str]
) -> OpenQuestion:
    cohort, is_open = overview.group.cohort, question.status == Question.Status.OPEN
    wait = cohort.wait(question.asked_at, overview.now, days=cohort.course.question_days)
    count = asks.counts[question.pk]
    enrolment_id, name = asks.first.get(question.pk, (None, None))
    parts = [
        names.get(enrolment_id or 0) or name or question.asked_by.name,
        question.milestone.title if question.milestone else "",
        "needs follow-up" if question.status == Question.Status.FOLLOW_UP else "",
        "no date" if question.is_undated else f"open {wait.label if is_open else wait.age}",
        f"asked {count} times" if count > 1 else "",
    ]
    is_late = is_open and wait.is_over and not question.is_undated
    return OpenQuestion(
        question=question,
        details=" · ".join(filter(None, parts)),
        asked_at=None if question.is_undated else question.asked_at,
        is_late=is_late,
    )


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


def _company(overview: GroupOverview, mentor_id: int) -> str:
    """ "with Tomás Reis (co-mentor)", "with Tomás Reis (mentor), you as cover"; empty for the only mentor."""
    others = [each for each in overview.mentors_now if each.person_id != mentor_id]
    names = ", ".join(f"{each.person} ({each.get_role_display()})" for each in others)
    own = next((each.role for each in overview.mentors_now if each.person_id == mentor_id), "mentor")
    parts = (f"with {names}" if names else "", f"you as {own}" if own != "mentor" else "")
    return ", ".join(part for part in parts if part)
