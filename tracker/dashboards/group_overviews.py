"""What every page about groups shares: plan, members, standings and mentors; and the status of the group itself."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Prefetch, QuerySet, prefetch_related_objects

from courses.calendar import teaching_week_number
from groups.models import Group, Membership, Mentorship, PlanItem
from lib.weeks import Period, Week
from questions.models import Question
from tracker.dashboards.facts import group_facts, periods, planned_facts, student_facts, thresholds_of
from tracker.dashboards.grid import Member, Planned
from tracker.models import CheckIn, CheckInEntry
from tracker.standing import GroupStatus, Thresholds, group_standings, group_status

# How many check-ins back attendance and pace are read; course thresholds count a few in a row.
_ENTRIES_BACK = 6


@dataclass(frozen=True, slots=True)
class GroupOverview:
    """A group as of today in the cohort's time zone. `mentors_now` are the mentorships that are open today."""

    group: Group
    today: date
    now: datetime
    week: Week
    week_number: int | None
    thresholds: Thresholds
    pauses: tuple[Period, ...]
    mentors_now: tuple[Mentorship, ...]
    plan: tuple[Planned, ...]
    members: tuple[Member, ...]
    spread: int

    @property
    def week_count(self) -> int | None:
        """Number of teaching weeks in the plan; None if no planned milestone has a week."""
        return max((planned.item.milestone.week or 0 for planned in self.plan), default=0) or None

    @property
    def current_milestone_id(self) -> int | None:
        """The planned milestone with the next due date."""
        plan = (planned.item for planned in self.plan)
        return next((item.milestone_id for item in plan if item.due_on and item.due_on >= self.today), None)

    @property
    def mentors_label(self) -> str:
        """ "mentor Marta Pires, cover Tomás Reis", or "no mentor yet"."""
        return ", ".join(f"{each.role} {each.person.name}" for each in self.mentors_now) or "no mentor yet"


def group_overviews(groups: QuerySet[Group], *, now: datetime) -> list[GroupOverview]:
    """Return an overview of each group, in the queryset's order. The number of queries is constant.

    `now` decides which day this is in each cohort's time zone.
    """
    return [_overview(group, now) for group in with_members(groups.select_related("cohort__course"))]


def group_overview(group: Group, *, now: datetime) -> GroupOverview:
    """Return the overview of one group, whose cohort and course have been fetched."""
    return _overview(with_members([group])[0], now)


def with_members(groups: Iterable[Group]) -> list[Group]:
    """Fetch what the standings of the members depend on."""
    last_entries = CheckInEntry.objects.order_by("-check_in__week_starts_on")[:_ENTRIES_BACK]
    stays = (
        Membership.objects.select_related("enrolment__person")
        .order_by("enrolment__person__name", "pk")
        .prefetch_related(
            "enrolment__progress",
            Prefetch("enrolment__check_in_entries", last_entries, to_attr="last_entries"),
            "enrolment__absences",
            "enrolment__attention_put_aside",
        )
    )
    groups = list(groups)
    prefetch_related_objects(
        groups,
        "cohort__pauses",
        Prefetch("memberships", stays),
        Prefetch("plan_items", PlanItem.objects.select_related("milestone").in_order()),
        Prefetch(
            "mentorships", Mentorship.objects.select_related("person").order_by("role", "started_on", "pk")
        ),
    )
    return groups


def group_statuses(overviews: Sequence[GroupOverview]) -> dict[int, GroupStatus]:
    """Return by group id whether check-ins are logged, questions answered and mentors there. Three queries.

    The groups then have their check-ins, newest first and without private notes and requests.
    """
    prefetch_related_objects(
        [overview.group for overview in overviews],
        "mentorships__away",
        Prefetch("check_ins", CheckIn.objects.newest_first().defer("private_note", "request")),
    )
    open_since = _open_since(overviews)
    return {
        overview.group.pk: group_status(
            group_facts(
                overview.group,
                open_since[overview.group.pk],
                overview.today,
                overview.pauses,
                overview.spread,
            ),
            overview.thresholds,
        )
        for overview in overviews
    }


def _open_since(overviews: Sequence[GroupOverview]) -> dict[int, list[date]]:
    """The days on which the open questions of each group were asked, in the cohort's time zone."""
    zones = {overview.group.pk: ZoneInfo(overview.group.cohort.time_zone) for overview in overviews}
    asked = Question.objects.filter(group__in=zones).open().order_by()
    open_since = defaultdict(list)
    for group_id, asked_at in asked.values_list("group_id", "asked_at"):
        open_since[group_id].append(asked_at.astimezone(zones[group_id]).date())
    return open_since


def _overview(group: Group, now: datetime) -> GroupOverview:
    cohort = group.cohort
    today = cohort.today(now)
    stays = [stay for stay in group.memberships.all() if stay.ended_on is None or today < stay.ended_on]
    items = list(group.plan_items.all())
    thresholds = thresholds_of(cohort.course)
    pauses = periods(cohort.pauses.all())
    plan = tuple(planned_facts(item) for item in items)
    facts = [student_facts(stay, plan, group, today, pauses) for stay in stays]
    standings = group_standings(facts, thresholds)
    members = tuple(
        Member(stay, fact, standing)
        for stay, fact, standing in zip(stays, facts, standings.standings, strict=True)
    )
    return GroupOverview(
        group=group,
        today=today,
        now=now,
        week=Week.of(today),
        week_number=teaching_week_number(cohort.starts_on, pauses, today),
        thresholds=thresholds,
        pauses=pauses,
        mentors_now=tuple(
            sorted((each for each in group.mentorships.all() if each.is_open(today)), key=_mentor_first)
        ),
        plan=tuple(Planned(item, members) for item in items),
        members=members,
        spread=standings.spread,
    )


def _mentor_first(mentorship: Mentorship) -> tuple[int, date, int]:
    return Mentorship.Role.values.index(mentorship.role), mentorship.started_on, mentorship.pk
