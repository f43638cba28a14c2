"""A group of a mentor's: a line, and its rows in the sheet."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter

from django.db.models import Q
from django.urls import reverse

from groups.models import Group, Mentorship
from groups.who_is_there import absence_on
from lib.days import day_range_label, relative_day
from lib.marks import PersonMark
from lib.text import joined
from people.models import User
from questions.models import Question
from questions.models.question import asks_of
from tracker.dashboards.arriving import Arrival, arrivals_in
from tracker.dashboards.grid import Sheet, ShownStep, first_names
from tracker.dashboards.group_overviews import (
    GroupOverview,
    columns_for,
    group_statuses,
    words_of_members,
)
from tracker.dashboards.help_lines import HelpLine, help_lines_of
from tracker.dashboards.meetings import NextMeeting, next_meeting
from tracker.dashboards.my_groups.check_ins import CheckInSummary, check_in_summary
from tracker.dashboards.my_groups.first_day import StartTask, start_tasks
from tracker.models import AgreedStep, CheckInDraft
from tracker.standing import Attention, CheckInState, GroupStatus, Severity, is_away


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenQuestion:
    """`times`, beside the `mark` of who asked first, is "asked 3 times", "needs follow-up" or both."""

    question: Question
    mark: PersonMark
    times: str
    is_late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupCard:
    """`sheet` aligns with those of the cohort's other groups."""

    overview: GroupOverview
    status: GroupStatus
    sheet: Sheet
    help_lines: tuple[HelpLine, ...]
    check_in: CheckInSummary
    meeting: NextMeeting | None
    # No mentor is there on the day of the meeting.
    meets_alone: bool
    questions: tuple[OpenQuestion, ...]
    # Agreed with the whole group.
    steps: tuple[ShownStep, ...]
    company: str
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

    @property
    def arrivals(self) -> tuple[Arrival, ...]:
        """Members who joined in the last days."""
        return tuple(arrivals_in(self.overview))

    @property
    def has_call(self) -> bool:
        return bool(self.group.call) and not self.overview.is_over

    @property
    def meeting_label(self) -> str:
        """ "Wednesday 18:00, without Ana", "7 Dec, moved"; as the group writes it where no day can be read from it."""
        if self.meeting is None:
            return self.group.meeting
        away = [one for one in self.overview.members if is_away(one.facts, self.meeting.on)]
        without = f", without {joined(one.short_name for one in away)}" if away else ""
        return f"{self.meeting.short_label}{without}"

    @property
    def has_late_question(self) -> bool:
        return any(question.is_late for question in self.questions)

    @property
    def is_starting(self) -> bool:
        """Whether it is too early to say that all is well."""
        has_somebody = any(member.facts.has_signed_in for member in self.overview.members)
        return not (has_somebody and self.group.meeting and self.check_in.was_ever_logged)

    @property
    def has_begun(self) -> bool:
        """Whether anybody in it has marked anything."""
        return any(member.has_begun for member in self.overview.members)

    @property
    def not_begun_label(self) -> str:
        """ "nobody has started, LLM basics is due tomorrow"; empty where somebody has, and before the cohort begins."""
        today, plan = self.overview.today, self.overview.plan
        if self.has_begun or not plan or not self.overview.members or today < self.group.cohort.starts_on:
            return ""
        first = plan[0]
        if first.due_on is None:
            return "nobody has started"
        verb = "is" if today <= first.due_on else "was"
        return f"nobody has started, {first.title} {verb} due {relative_day(first.due_on, today)}"

    @property
    def is_calm(self) -> bool:
        """Whether the group is one line with sums: it has begun, and nobody in it has a reason."""
        is_set_up = bool(self.overview.members and self.overview.plan)
        steps = [*self.steps, *(step for row in self.sheet.rows for step in row.steps)]
        return (
            is_set_up
            and not self.is_starting
            and self.has_begun
            and not any(step.days_late for step in steps)
            and all(member.words.is_well for member in self.overview.members)
        )

    @property
    def calm_label(self) -> str:
        is_ahead = all(member.standing.work.ahead_by for member in self.overview.members)
        return "ahead" if is_ahead else "on track"

    @property
    def tasks(self) -> tuple[StartTask, ...]:
        """The first three things to do, while the group is starting."""
        return (
            tuple(start_tasks(self.group, self.overview.members, self.meeting_label))
            if self.is_starting
            else ()
        )

    @property
    def steps_left(self) -> int:
        return sum(not task.is_done for task in self.tasks)

    @property
    def asks_first(self) -> bool:
        """Whether the group is three steps, not a sheet, which says nothing yet.

        It is until a meeting is set and all have signed in, unless somebody has begun, is behind or needs the mentor,
        or a check-in was logged.
        """
        is_set_up = bool(self.group.meeting) and not self.not_signed_in
        has_reason = any(
            member.standing.attention is not Attention.NONE or member.words.tone == "late"
            for member in self.overview.members
        )
        return not (is_set_up or self.has_begun or has_reason or self.check_in.was_ever_logged)

    @property
    def first_heading(self) -> str:
        """The heading of the first things to do with a group."""
        undone = [task.heading for task in self.tasks if not task.is_done]
        if undone and (self.asks_first or not self.group.meeting):
            return undone[0]
        nobody = not any(member.facts.has_signed_in for member in self.overview.members)
        return f"Nobody in {self.group} has signed in" if nobody else f"{self.group} has not met yet"

    @property
    def not_signed_in(self) -> str:
        """ "Ana and Chidi have not signed in, invited today"."""
        new = [member for member in self.overview.members if not member.facts.has_signed_in]
        if not new:
            return ""
        names = first_names(self.overview.members)
        who = joined(names[each.enrolment_id] for each in new)
        invited = f", invited {relative_day(self.invited_on, self.overview.today)}" if self.invited_on else ""
        return f"{who} {'has' if len(new) == 1 else 'have'} not signed in{invited}"

    @property
    def invited_on(self) -> date | None:
        """The day on which the members who have not signed in were invited by e-mail; None if nobody was."""
        facts = [each.facts for each in self.overview.members if not each.facts.has_signed_in]
        return max((each.invited_on for each in facts if each.invited_on), default=None)

    @property
    def first_check_in_url(self) -> str:
        """Also before the meeting of the week, for who met already."""
        if week := self.check_in.to_log:
            return reverse("tracker:check-in-log", args=[self.group.pk, week.iso])
        if not self.overview.members or not self.group.cohort.is_running(self.overview.today):
            return ""
        return reverse("tracker:check-in-now", args=[self.group.pk])


def group_cards(
    overviews: Sequence[GroupOverview],
    *,
    mentor: User,
    versions: Mapping[int, str],
    unfolded: int | None = None,
) -> list[GroupCard]:
    """Return the cards of a mentor's groups.

    Args:
        unfolded: the cohort of which the sheet shows every milestone.
    """
    group_ids = [overview.group.pk for overview in overviews]
    group_of: dict[int | None, int] = {
        each.enrolment_id: overview.group.pk for overview in overviews for each in overview.members
    }
    asked = Question.objects.filter(group__in=group_ids).open().select_related("asked_by")
    asked = asked.only(
        "group",
        "title",
        "status",
        "asked_at",
        "is_undated",
        "is_for_help",
        "asked_by__name",
        "asked_by__short_name",
    )
    words = words_of_members(overviews)
    open_questions = sorted(
        (each for each in asked if each.pk not in words), key=attrgetter("asked_at", "pk")
    )
    statuses = group_statuses(overviews, open_questions)
    asks = _asks(open_questions)
    drafts = CheckInDraft.objects.filter(person=mentor, group__in=group_ids).order_by("saved_at")
    draft_on = dict(drafts.values_list("group", "week_starts_on"))
    questions: dict[int, list[Question]] = defaultdict(list)
    for question in open_questions:
        questions[question.group_id].append(question)
    steps: dict[int, list[AgreedStep]] = defaultdict(list)
    # Open ones, and those of the last check-in that were not removed.
    last = [check_ins[0].pk for each in overviews if (check_ins := each.group.check_ins.all())]
    is_shown = Q(state=AgreedStep.State.OPEN) | Q(state=AgreedStep.State.DONE, check_in__in=last)
    agreed = AgreedStep.objects.of_groups(group_ids, [each for each in group_of if each])
    for step in sorted(agreed.filter(is_shown), key=attrgetter("agreed_at", "pk")):
        steps[group_of.get(step.enrolment_id, step.group_id)].append(step)
    of_cohort: dict[int, list[GroupOverview]] = defaultdict(list)
    for overview in overviews:
        of_cohort[overview.group.cohort_id].append(overview)
    columns = {
        cohort_id: columns_for(together, is_unfolded=cohort_id == unfolded)
        for cohort_id, together in of_cohort.items()
    }
    cards = []
    for overview in overviews:
        group, members, status = overview.group, overview.members, statuses[overview.group.pk]
        names, own_steps = first_names(members), steps[group.pk]
        marks = group.marks(member.membership.enrolment.person for member in members)
        help_lines = tuple(
            line
            for member in members
            for line in help_lines_of(member, group.cohort, overview.now, names=names, marks=marks)
        )
        check_ins, this_week = group.check_ins.all(), status.this_week
        meeting = next_meeting(group, check_ins, overview.now, reader_zone=mentor.time_zone)
        cards.append(
            GroupCard(
                overview=overview,
                status=status,
                sheet=overview.sheet_of(columns[group.cohort_id], shown_steps(own_steps, overview)),
                help_lines=help_lines,
                check_in=check_in_summary(overview, status, draft_on=draft_on.get(group.pk)),
                meeting=meeting,
                meets_alone=meeting is not None
                and bool(absence_on(group.mentorships.all(), meeting.on, overview.today)),
                questions=tuple(_question(row, asks, overview, marks) for row in questions[group.pk]),
                steps=tuple(overview.shown_step(step) for step in own_steps if step.enrolment_id is None),
                company=_company(overview, mentor.pk),
                severity=tuple(sorted([status.severity, *(each.standing.severity for each in members)])),
                expects_check_in=this_week is not None and this_week.state is not CheckInState.NONE,
                seen=f"{group.pk}-{versions.get(group.pk, '')}",
            )
        )
    return cards


# How often questions were asked; and by question the enrolment and the name of who asked first: None if the mentor did
# not say who.
type _Asks = tuple[Counter[int], dict[int, tuple[int | None, str | None]]]


def _asks(questions: Collection[Question]) -> _Asks:
    """Asks of a duplicate count at its original."""
    counts: Counter[int] = Counter()
    first: dict[int, tuple[int | None, str | None]] = {}
    rows = asks_of([question.pk for question in questions]).order_by("asked_at", "pk") if questions else None
    for question_id, original_id, enrolment_id, name in (
        rows.values_list("question", "question__duplicate_of", "enrolment", "enrolment__person__name")
        if rows is not None
        else ()
    ):
        counts[original_id or question_id] += 1
        first.setdefault(question_id, (enrolment_id, name))
    return counts, first


def shown_steps(steps: Iterable[AgreedStep], overview: GroupOverview) -> dict[int, list[ShownStep]]:
    """Return what stands in the rows, by enrolment id: open steps; where none is open, the last that was done."""
    shown: dict[int, list[ShownStep]] = defaultdict(list)
    done: dict[int, ShownStep] = {}
    for step in steps:
        if step.enrolment_id is None:
            continue
        if step.is_done:
            done[step.enrolment_id] = overview.shown_step(step)
        else:
            shown[step.enrolment_id].append(overview.shown_step(step))
    return {**{enrolment_id: [step] for enrolment_id, step in done.items()}, **shown}


def _question(
    question: Question,
    asks: _Asks,
    overview: GroupOverview,
    marks: Mapping[int, PersonMark],
) -> OpenQuestion:
    cohort, is_open = overview.group.cohort, question.status == Question.Status.OPEN
    wait = cohort.wait(question.asked_at, overview.now, days=question.promised_days(cohort.course))
    counts, first = asks
    enrolment_id, name = first.get(question.pk, (None, None))
    persons = {each.enrolment_id: each.membership.enrolment.person_id for each in overview.members}
    # Whoever has left the group, or is a mentor, has no hue here.
    other = User(name=name) if name else question.asked_by
    count = counts[question.pk]
    follow_up = "needs follow-up" if question.status == Question.Status.FOLLOW_UP else ""
    return OpenQuestion(
        question=question,
        mark=marks.get(persons.get(enrolment_id or 0, 0)) or other.mark,
        times=" · ".join(filter(None, (f"asked {count} times" if count > 1 else "", follow_up))),
        is_late=is_open and wait.is_over and not question.is_undated,
    )


def _company(overview: GroupOverview, mentor_id: int) -> str:
    """ "with Tomás, as stand-in", "you are away Mon 21 to Fri 25 September"; empty for the only mentor."""
    others = [each for each in overview.mentors_now if each.person_id != mentor_id]
    names = joined(each.person.get_short_name() for each in others)
    own = next((each.role for each in overview.mentors_now if each.person_id == mentor_id), "mentor")
    own_rows = [row for row in overview.group.mentorships.all() if row.person_id == mentor_id]
    aways = [away for row in own_rows for away in row.away.all() if overview.today <= away.ends_on]
    parts = [f"with {names}"] if names else []
    if own == Mentorship.Role.STAND_IN:
        parts.append("as stand-in")
    if aways:
        next_one = min(aways, key=lambda away: away.starts_on)
        parts.append(f"you are away {day_range_label(next_one.starts_on, next_one.ends_on, overview.today)}")
    return ", ".join(parts)
