"""The page of a group: members, progress, plan, agreed steps, questions and code reviews. Three queries."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from django.db.models import F, OuterRef
from django.urls import reverse

from groups.access import GroupAccess
from groups.models import Group
from lib.days import day_label
from lib.rows import Rows, day, moment
from lib.weeks import Week, today_in
from people.models import User
from questions.access.sight import questions_with_known_group
from tracker.dashboards.group_overviews import GroupOverview, group_overviews
from tracker.dashboards.hours import hours_label
from tracker.dashboards.recent_questions import RecentQuestion, recent_question_rows, recent_questions
from tracker.dashboards.review_summaries import ReviewSummary, review_rows, review_summaries
from tracker.models import AgreedStep, CheckIn, CodeReview

# How many of the newest are shown; the list pages have the rest.
_QUESTIONS = 5
_REVIEWS = 8


@dataclass(frozen=True, slots=True)
class GroupPlanRow:
    """A milestone of the plan; `done_label` is "2 of 3"."""

    title: str
    due_label: str
    hours_label: str
    done_label: str
    known_url: str


@dataclass(frozen=True, slots=True)
class CheckInEvent:
    """A check-in in the timeline, for components/timeline.html."""

    at: date
    what: str
    detail: str
    url: str
    tone: str


@dataclass(frozen=True, slots=True)
class GroupStep:
    who: str
    text: str
    due_label: str


@dataclass(frozen=True, slots=True)
class GroupDetailPage:
    """A group as its reader sees it. Former mentors (`is_former`) see only the check-ins of their time."""

    overview: GroupOverview
    is_former: bool
    may_lead: bool
    me: int | None
    plan: tuple[GroupPlanRow, ...]
    check_ins: tuple[CheckInEvent, ...]
    steps: tuple[GroupStep, ...]
    questions: tuple[RecentQuestion, ...]
    reviews: tuple[ReviewSummary, ...]

    @property
    def markable(self) -> int | Literal["all"] | None:
        """Whose cells are buttons: "all" for mentors and course admins, the member's own enrolment id, or nobody's."""
        if self.overview.group.cohort.is_closed(self.overview.today):
            return None
        return "all" if self.may_lead else self.me


def group_detail_page(*, access: GroupAccess, person: User, now: datetime) -> GroupDetailPage:
    groups = Group.objects.filter(pk=access.group.pk).annotate(
        logged_rows=Rows(
            CheckIn.objects.filter(group=OuterRef("pk")).newest_first(),
            "week_starts_on",
            "outcome",
            "held_on",
            "logged_at",
            "summary",
        ),
        step_rows=Rows(
            AgreedStep.objects.open()
            .filter(group=OuterRef("pk"))
            .order_by(F("due_on").asc(nulls_last=True), "agreed_at", "pk"),
            "text",
            "due_on",
            "enrolment_id",
            name="enrolment__person__name",
        ),
        question_rows=recent_question_rows(
            questions_with_known_group(person, now).filter(group=OuterRef("pk")), _QUESTIONS
        ),
        review_rows=review_rows(
            CodeReview.objects.filter(group=OuterRef("pk")).order_by("-changed_at", "-pk")[:_REVIEWS]
        ),
    )
    overview = group_overviews(groups, now=now)[0]
    group: Any = overview.group
    is_former = access.studies is None and not access.may_lead
    me = access.studies.enrolment_id if access.studies else None
    return GroupDetailPage(
        overview=overview,
        is_former=is_former,
        may_lead=access.may_lead,
        me=me,
        plan=() if is_former else tuple(_plan(overview)),
        check_ins=tuple(_check_ins(group.logged_rows, access)),
        steps=() if is_former else tuple(_steps(group.step_rows, access)),
        questions=recent_questions(group.question_rows),
        reviews=() if is_former else review_summaries(group.review_rows),
    )


def _plan(overview: GroupOverview) -> Iterator[GroupPlanRow]:
    for planned in overview.plan:
        milestone = planned.item.milestone
        yield GroupPlanRow(
            title=milestone.title,
            due_label=day_label(planned.item.due_on, overview.today) if planned.item.due_on else "no date",
            hours_label=f"{hours_label(milestone.planned_hours)} h" if milestone.planned_hours else "–",
            done_label=f"{planned.done_count} of {planned.member_count}",
            known_url=reverse("questions:milestone-questions", args=[milestone.pk]),
        )


def _check_ins(rows: Iterable[dict[str, Any]], access: GroupAccess) -> Iterator[CheckInEvent]:
    """Members, mentors and course admins see all check-ins, former mentors those of their time."""
    for row in rows:
        week = Week(date.fromisoformat(row["week_starts_on"]))
        outcome = CheckIn.Outcome(row["outcome"])
        logged_at = moment(row["logged_at"])
        logged_on = today_in(access.group.cohort.time_zone, logged_at) if logged_at else week.starts_on
        on = day(row["held_on"]) or logged_on
        if access.studies is None and not access.may_read_day(on):
            continue
        yield CheckInEvent(
            at=on,
            what=f"Week {week.label}: {outcome.label}",
            detail=row["summary"],
            url=reverse("tracker:check-in-detail", args=[access.group.pk, week.iso]),
            tone="ok" if outcome == CheckIn.Outcome.HELD else "watch",
        )


def _steps(rows: Iterable[dict[str, Any]], access: GroupAccess) -> Iterator[GroupStep]:
    """Mentors and course admins see every open step, members their own and those of the whole group."""
    me = access.studies.enrolment_id if access.studies else None
    for row in rows:
        if access.may_lead or row["enrolment_id"] in (None, me):
            due_on = day(row["due_on"])
            due_label = f"by {day_label(due_on, access.today)}" if due_on else ""
            yield GroupStep(row["name"] or "All of us", row["text"], due_label)
