"""What every page about groups shares: plan, members, marks, standings and check-ins, in three queries.

A page that needs more passes querysets with its own annotations (`lib.rows.Rows`) and finds them on `overview.group`,
`member.membership` and `planned.item`.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet

from courses.calendar import teaching_week_number
from courses.models import Pause
from groups.models import Absence, Enrolment, Group, Membership, MentorAway, Mentorship, PlanItem
from lib.rows import Rows, day, moment
from lib.weeks import Period, Week
from questions.models import Question
from tracker.dashboards.facts import group_facts, periods, planned_facts, student_facts, thresholds_of
from tracker.dashboards.grid import Planned, ProgressCell
from tracker.models import AttentionPutAside, CheckIn, CheckInEntry, Progress
from tracker.standing import (
    Attention,
    GroupStatus,
    PlannedMilestone,
    ReasonCode,
    Standing,
    State,
    StudentFacts,
    Thresholds,
    group_standings,
    group_status,
)

# How many check-ins back attendance and pace are read; course thresholds count a few in a row.
_ENTRIES_BACK = 6


@dataclass(frozen=True, slots=True)
class Member:
    """A current member, with a cell for each milestone in plan order."""

    membership: Membership
    name: str
    short_name: str
    cells: tuple[ProgressCell, ...]
    standing: Standing
    facts: StudentFacts

    @property
    def enrolment_id(self) -> int:
        return self.membership.enrolment_id

    @property
    def person_id(self) -> int:
        return self.membership.enrolment.person_id

    @property
    def tone(self) -> str:
        """Tone of the standing's chip. A wide spread alone gives no colour: it is shown for the group."""
        reasons = {reason.code for reason in self.standing.reasons}
        if self.standing.attention is not Attention.NONE and reasons != {ReasonCode.SPREAD}:
            return self.standing.attention.value
        return "quiet" if self.standing.behind_by or self.standing.ahead_by else "ok"


@dataclass(frozen=True, slots=True)
class Mentor:
    person_id: int
    name: str
    email: str
    role: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class GroupOverview:
    """A group as of today in the cohort's time zone."""

    group: Group
    today: date
    now: datetime
    week: Week
    week_number: int | None
    thresholds: Thresholds
    pauses: tuple[Period, ...]
    mentors: tuple[Mentor, ...]
    plan: tuple[Planned, ...]
    members: tuple[Member, ...]
    spread: int
    status: GroupStatus
    open_question_count: int

    @property
    def week_count(self) -> int | None:
        """Number of teaching weeks in the plan; None if no planned milestone has a week."""
        return max((planned.item.milestone.week or 0 for planned in self.plan), default=0) or None

    @property
    def current_milestone_id(self) -> int | None:
        """The planned milestone with the next due date."""
        plan = (planned.facts for planned in self.plan)
        return next((facts.id for facts in plan if facts.due_on and facts.due_on >= self.today), None)

    @property
    def mentors_now(self) -> tuple[Mentor, ...]:
        return tuple(mentor for mentor in self.mentors if mentor.is_open)

    @property
    def mentors_label(self) -> str:
        """ "mentor Marta Pires, cover Tomás Reis", or "no mentor yet"."""
        return ", ".join(f"{mentor.role} {mentor.name}" for mentor in self.mentors_now) or "no mentor yet"


def group_overviews(
    groups: QuerySet[Group],
    *,
    now: datetime,
    memberships: QuerySet[Membership] | None = None,
    plan_items: QuerySet[PlanItem] | None = None,
) -> list[GroupOverview]:
    """Return an overview of each group, in the queryset's order.

    Args:
        groups: may carry the page's own annotations.
        now: each cohort's time zone decides which day this is.
        memberships, plan_items: querysets with the page's own annotations; filtered to the groups here.
    """
    rows = list(_with_facts(groups))
    ids = [group.pk for group in rows]
    # May include one day too many: `_overview` filters by the day in the cohort's time zone.
    stays = (Membership.objects.all() if memberships is None else memberships).filter(
        Q(ended_on=None) | Q(ended_on__gte=now.date())
    )
    members = _by_group(_members(stays, ids))
    items = _by_group(_plan(PlanItem.objects.all() if plan_items is None else plan_items, ids))
    return [_overview(group, members[group.pk], items[group.pk], now) for group in rows]


def _with_facts(groups: QuerySet[Group]) -> QuerySet[Group]:
    own = {"group": OuterRef("pk")}
    return groups.select_related("cohort__course").annotate(
        pause_rows=Rows(Pause.objects.filter(cohort=OuterRef("cohort")), "starts_on", "ends_on"),
        mentorship_rows=Rows(
            Mentorship.objects.filter(**own).order_by("role", "started_on", "pk"),
            "pk",
            "person_id",
            "role",
            "started_on",
            "ended_on",
            name="person__name",
            email="person__email",
        ),
        away_rows=Rows(
            MentorAway.objects.filter(mentorship__group=OuterRef("pk")),
            "mentorship_id",
            "starts_on",
            "ends_on",
        ),
        stay_rows=Rows(Membership.objects.filter(**own), "started_on", "ended_on"),
        check_in_rows=Rows(
            CheckIn.objects.filter(**own).order_by("-week_starts_on"),
            "week_starts_on",
            "outcome",
            "minutes",
            "logged_as",
        ),
        open_question_rows=Rows(
            Question.objects.filter(**own, status__in=[Question.Status.OPEN, Question.Status.FOLLOW_UP]),
            "asked_at",
        ),
    )


def _members(memberships: QuerySet[Membership], group_ids: Sequence[int]) -> QuerySet[Membership]:
    own = {"enrolment": OuterRef("enrolment")}
    return (
        memberships.filter(group__in=group_ids)
        .select_related("enrolment__person")
        .order_by("enrolment__person__name", "pk")
        .annotate(
            progress_rows=Rows(
                Progress.objects.filter(**own),
                "milestone_id",
                "state",
                "hours",
                "state_since",
                "changed_at",
                "waived_at",
            ),
            before_rows=Rows(
                Progress.history.filter(**own)
                .exclude(state=Progress.State.DONE)
                .order_by("history_date", "history_id"),
                "milestone_id",
                "state",
            ),
            entry_rows=Rows(
                CheckInEntry.objects.filter(**own).order_by("-check_in__week_starts_on")[:_ENTRIES_BACK],
                "attendance",
                "pace",
            ),
            absence_rows=Rows(Absence.objects.filter(**own), "starts_on", "ends_on"),
            put_aside_rows=Rows(AttentionPutAside.objects.filter(**own, ended_at=None), "until_on"),
        )
    )


def _plan(plan_items: QuerySet[PlanItem], group_ids: Sequence[int]) -> QuerySet[PlanItem]:
    return (
        plan_items.filter(group__in=group_ids)
        .select_related("milestone")
        .order_by(F("due_on").asc(nulls_last=True), "milestone__position")
    )


def _by_group(rows: Iterable[Any]) -> dict[int, list[Any]]:
    grouped: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        grouped[row.group_id].append(row)
    return grouped


def _overview(
    group: Group, memberships: list[Membership], items: list[PlanItem], now: datetime
) -> GroupOverview:
    cohort = group.cohort
    today = cohort.today(now)
    memberships = [row for row in memberships if row.ended_on is None or today < row.ended_on]
    thresholds = thresholds_of(cohort.course)
    pauses = periods(group.pause_rows)  # type: ignore[attr-defined]
    plan = tuple(planned_facts(item) for item in items)
    facts = [student_facts(row, plan, group, today, pauses) for row in memberships]
    standings = group_standings(facts, thresholds)
    members = tuple(
        _member(row, plan, fact, standing)
        for row, fact, standing in zip(memberships, facts, standings.standings, strict=True)
    )
    return GroupOverview(
        group=group,
        today=today,
        now=now,
        week=Week.of(today),
        week_number=teaching_week_number(cohort.starts_on, pauses, today),
        thresholds=thresholds,
        pauses=pauses,
        mentors=_mentors(group, today),
        plan=tuple(
            Planned(item, fact, sum(member.cells[n].is_done for member in members), len(members))
            for n, (item, fact) in enumerate(zip(items, plan, strict=True))
        ),
        members=members,
        spread=standings.spread,
        status=group_status(group_facts(group, today, pauses, standings.spread), thresholds),
        open_question_count=len(group.open_question_rows),  # type: ignore[attr-defined]
    )


def _member(row: Any, plan: tuple[PlannedMilestone, ...], facts: StudentFacts, standing: Standing) -> Member:
    marks = {entry["milestone_id"]: entry for entry in row.progress_rows}
    before = {entry["milestone_id"]: State(entry["state"]) for entry in row.before_rows}
    return Member(
        membership=row,
        name=row.enrolment.person.name,
        short_name=row.enrolment.person.get_short_name(),
        cells=tuple(
            _cell(row.enrolment, planned, marks.get(planned.id), before.get(planned.id, State.NOT_STARTED))
            for planned in plan
        ),
        standing=standing,
        facts=facts,
    )


def _cell(
    enrolment: Enrolment, planned: PlannedMilestone, mark: dict[str, Any] | None, before: State
) -> ProgressCell:
    hours = mark["hours"] if mark else None
    return ProgressCell(
        enrolment_id=enrolment.pk,
        member_name=enrolment.person.name,
        milestone_id=planned.id,
        milestone_title=planned.title,
        state=State(mark["state"]) if mark else State.NOT_STARTED,
        before=before,
        hours=None if hours is None else Decimal(str(hours)),
        since=moment(mark["state_since"]) if mark else None,
        is_waived=mark is not None and mark["waived_at"] is not None,
    )


def _mentors(group: Any, today: date) -> tuple[Mentor, ...]:
    order = {role: n for n, role in enumerate(Mentorship.Role.values)}
    rows = sorted(group.mentorship_rows, key=lambda row: (order[row["role"]], row["started_on"], row["pk"]))
    return tuple(
        Mentor(row["person_id"], row["name"], row["email"], row["role"], _is_open(row, today)) for row in rows
    )


def _is_open(row: dict[str, Any], today: date) -> bool:
    ended = day(row["ended_on"])
    return date.fromisoformat(row["started_on"]) <= today and (ended is None or today < ended)
