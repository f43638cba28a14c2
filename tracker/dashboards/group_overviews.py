"""The common part of pages about groups: plan, members, standings, mentors, and the status of the group."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from operator import attrgetter

from django.db.models import Prefetch, prefetch_related_objects

from courses.calendar import teaching_week_number
from courses.promises import Wait
from groups.models import Group, Membership, Mentorship
from lib.marks import PersonMark
from lib.weeks import Period, Week
from questions.models import Question
from tracker.dashboards.facts import (
    group_facts,
    plans_of,
    records_of,
    step_day,
    student_facts,
    thresholds_of,
)
from tracker.dashboards.grid import GridColumn, Member, Sheet, ShownStep, columns_of, sheet_of
from tracker.models import AgreedStep, CheckIn, Progress
from tracker.standing import (
    AttentionReader,
    GroupStatus,
    PlannedMilestone,
    Thresholds,
    group_standings,
    group_status,
)


@dataclass(frozen=True, slots=True)
class GroupOverview:
    """A group as of today in the cohort's time zone. `mentors_now` are the open mentorships."""

    group: Group
    today: date
    now: datetime
    week: Week
    week_number: int | None
    thresholds: Thresholds
    mentors_now: tuple[Mentorship, ...]
    plan: tuple[PlannedMilestone, ...]
    members: tuple[Member, ...]
    spread: int

    @property
    def pauses(self) -> tuple[Period, ...]:
        return self.group.cohort.pause_periods

    @property
    def week_count(self) -> int | None:
        """Number of teaching weeks in the plan; None if no planned milestone has a week."""
        return max((each.week or 0 for each in self.plan), default=0) or None

    @property
    def is_over(self) -> bool:
        return self.group.cohort.is_closed(self.today)

    @property
    def is_in_break(self) -> bool:
        return self.group.cohort.is_in_break(self.today)

    @property
    def current_milestone_id(self) -> int | None:
        """The milestone that the group is at: most members who marked anything have it next, or it is due next."""
        counts = Counter(member.standing.next_milestone_id for member in self.members if member.has_begun)
        most = max((counts[each.id] for each in self.plan), default=0)
        for each in self.plan:
            if counts[each.id] == most if most else each.due_on and each.due_on >= self.today:
                return each.id
        return None

    @property
    def form_id(self) -> str:
        """The form that the buttons of its sheet belong to."""
        return f"marks-{self.group.pk}"

    @property
    def sheet(self) -> Sheet:
        """With the columns of this group alone."""
        return self.sheet_of(columns_for([self]))

    def sheet_of(
        self,
        columns: Sequence[GridColumn],
        steps: Mapping[int, Sequence[ShownStep]] | None = None,
        just: str = "",
    ) -> Sheet:
        now_id = self.current_milestone_id
        return sheet_of(
            self.plan, self.members, columns, now_id=now_id, marks=self.marks, steps=steps, just=just
        )

    @property
    def marks(self) -> dict[int, PersonMark]:
        """Of its members, by the id of the person."""
        return self.group.marks(each.membership.enrolment.person for each in self.members)

    def shown_step(self, step: AgreedStep) -> ShownStep:
        own = (each.facts.absences for each in self.members if each.enrolment_id == step.enrolment_id)
        return ShownStep(step, step_day(step, self.group.cohort, next(own, ()), self.today), self.today)

    @property
    def mentors_label(self) -> str:
        """ "mentor Marta Pires, stand-in Tomás Reis", or "no mentor yet"."""
        return (
            ", ".join(f"{each.get_role_display()} {each.person.name}" for each in self.mentors_now)
            or "no mentor yet"
        )


def group_overviews(
    groups: Iterable[Group], *, now: datetime, reader: AttentionReader | None = AttentionReader.MENTOR
) -> list[GroupOverview]:
    """Return an overview of each group, whose cohort and course have been fetched, in their order.

    Who is to begin later counts where they are until then. `now` decides which day this is in each cohort's time zone,
    `reader` whose attention is meant; None: nobody's.
    """
    groups = list(groups)
    mentorships = Prefetch("mentorships", Mentorship.objects.select_related("person"))
    prefetch_related_objects(groups, Prefetch("memberships", Membership.objects.by_name()), mentorships)
    return _overviews(
        groups,
        {group.pk: list(group.memberships.all()) for group in groups},
        {group.pk: list(group.mentorships.all()) for group in groups},
        now,
        reader,
    )


def group_overview(
    group: Group, *, now: datetime, reader: AttentionReader | None = AttentionReader.MENTOR
) -> GroupOverview:
    return group_overviews([group], now=now, reader=reader)[0]


def milestone_at(group_id: int, enrolment_id: int | None, now: datetime) -> int | None:
    """Return the milestone that a student has next, as my week shows it; without one, that the group is at."""
    group = Group.objects.select_related("cohort__course").get(pk=group_id)
    overview = group_overview(group, now=now, reader=None)
    own = [each.standing for each in overview.members if each.enrolment_id == enrolment_id]
    return own[0].next_milestone_id if own else overview.current_milestone_id


def reason_codes(stay: Membership, now: datetime) -> frozenset[str]:
    """Return the codes of all reasons for attention of a student beside their group, those that are snoozed too."""
    group = Group.objects.select_related("cohort__course").get(pk=stay.group_id)
    members = group_overview(group, now=now).members
    return frozenset().union(
        *(each.standing.codes for each in members if each.enrolment_id == stay.enrolment_id)
    )


def student_overview(
    stay: Membership, *, now: datetime, reader: AttentionReader | None = AttentionReader.MENTOR
) -> GroupOverview:
    """Return the group of this stay with its student alone, without mentors; attention compares them with all."""
    group, stays = stay.group, [stay]
    if reader is not None:
        stays = list(group.memberships.select_related("enrolment__person"))
    overview = _overviews([group], {group.pk: stays}, {}, now, reader, only=stay.enrolment_id)[0]
    own = (each for each in overview.members if each.enrolment_id == stay.enrolment_id)
    return replace(overview, members=tuple(own))


def _overviews(
    groups: Sequence[Group],
    stays: Mapping[int, Sequence[Membership]],
    mentorships: Mapping[int, Sequence[Mentorship]],
    now: datetime,
    reader: AttentionReader | None,
    *,
    only: int | None = None,
) -> list[GroupOverview]:
    """`only`: the enrolment whose attention is meant; without one, that of everybody."""
    plans = plans_of(groups)
    # Of a closed cohort its last day: the stays end with it.
    days = {group.pk: group.cohort.working_day(now) for group in groups}
    left = [(stay, day) for pk, day in days.items() for stay in stays[pk] if not stay.has_ended(day)]
    coming: dict[date, list[int]] = {}
    for stay, day in left:
        if day < stay.started_on:
            coming.setdefault(day, []).append(stay.pk)
    # One day, or two where time zones differ.
    here = {
        stay.pk for day, ids in coming.items() for stay in Membership.objects.current(day).filter(pk__in=ids)
    }
    current: dict[int, list[Membership]] = {pk: [] for pk in days}
    for stay, day in left:
        if stay.started_on <= day or stay.pk in here:
            current[stay.group_id].append(stay)
    cohorts = {stay.enrolment: group.cohort for group in groups for stay in current[group.pk]}
    judged = [] if reader is None else [each for each in cohorts if only in (None, each.pk)]
    records = records_of(cohorts, judged)
    overviews = []
    for group in groups:
        cohort, members = group.cohort, current[group.pk]
        today, pauses = cohort.today(now), cohort.pause_periods
        plan: Sequence[PlannedMilestone] = plans.get(group.pk, ())
        thresholds = thresholds_of(cohort.course, max((each.week or 0 for each in plan), default=None))
        facts = [
            student_facts(stay.enrolment, records[stay.enrolment_id], plan, cohort, pauses, now)
            for stay in members
        ]
        standings, spread = group_standings(facts, thresholds, reader)
        mentors_now = [each for each in mentorships.get(group.pk, ()) if each.is_open(days[group.pk])]
        overviews.append(
            GroupOverview(
                group=group,
                today=today,
                now=now,
                week=Week.of(today),
                week_number=teaching_week_number(cohort.starts_on, pauses, today),
                thresholds=thresholds,
                mentors_now=tuple(sorted(mentors_now, key=attrgetter("place"))),
                plan=tuple(plan),
                members=tuple(map(Member, members, facts, standings)),
                spread=spread,
            )
        )
    return overviews


def columns_for(overviews: Sequence[GroupOverview], *, is_unfolded: bool = False) -> tuple[GridColumn, ...]:
    """Return the columns that the sheets of these groups share."""
    milestones = [each for overview in overviews for each in overview.plan]
    at = [overview.current_milestone_id for overview in overviews]
    return columns_of(milestones, at, is_unfolded=is_unfolded)


def group_statuses(
    overviews: Sequence[GroupOverview], open_questions: Iterable[Question] | None = None
) -> dict[int, GroupStatus]:
    """Return by group id whether check-ins are logged, questions answered and mentors there.

    The groups then have their check-ins, newest first and without texts; those that already have them keep theirs.
    A caller that has read the open questions of the groups hands them on.
    """
    check_ins = CheckIn.objects.newest_first().only(
        "group",
        "week_starts_on",
        "outcome",
        "held_on",
        "held_at",
        "is_besides",
        "minutes",
        "logged_as",
        "logged_at",
    )
    prefetch_related_objects(
        [overview.group for overview in overviews],
        "mentorships__away",
        Prefetch("check_ins", check_ins),
    )
    if open_questions is None:
        asked = Question.objects.filter(group__in=[overview.group.pk for overview in overviews]).open()
        open_questions = asked.only("group", "asked_at", "is_undated", "is_for_help").order_by()
    waits = _question_waits(overviews, open_questions)
    return {
        overview.group.pk: group_status(
            group_facts(overview.group, waits[overview.group.pk], overview.now, overview.spread),
            overview.thresholds,
        )
        for overview in overviews
    }


def words_of_members(overviews: Iterable[GroupOverview]) -> set[int]:
    """The ids of the questions that are the words of their members' requests for help: see `words_of_requests`."""
    marks = (
        member.facts.marks[milestone]
        for overview in overviews
        for member in overview.members
        for milestone in member.requests
    )
    return {mark.question_id for mark in marks if isinstance(mark, Progress) and mark.question_id}


def _question_waits(
    overviews: Sequence[GroupOverview], questions: Iterable[Question]
) -> dict[int, list[Wait | None]]:
    """Return the time waited of each group's open questions; None if nobody knows when one was asked."""
    by_group = {overview.group.pk: overview for overview in overviews}
    words = words_of_members(overviews)
    waits: dict[int, list[Wait | None]] = defaultdict(list)
    for each in questions:
        if each.pk in words:
            continue
        overview = by_group[each.group_id]
        cohort = overview.group.cohort
        wait = cohort.wait(each.asked_at, overview.now, days=each.promised_days(cohort.course))
        waits[each.group_id].append(None if each.is_undated else wait)
    return waits
