"""The page of a group: members, progress, plan, agreed steps, questions and code reviews."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from django.db.models import F, Prefetch, Q, QuerySet, prefetch_related_objects
from django.urls import reverse

from groups.access import GroupAccess
from groups.models import Group
from groups.promised import promised_before
from people.models import User
from questions.access.sight import questions_with_known_group
from questions.models import Question
from tracker.access.check_ins import day_of
from tracker.dashboards.grid import Sheet, ShownStep
from tracker.dashboards.group_overviews import GroupOverview, columns_for, group_overview, group_statuses
from tracker.dashboards.live import group_version
from tracker.dashboards.meetings import NextMeeting, next_meeting
from tracker.dashboards.my_groups.card import shown_steps
from tracker.dashboards.panels import GroupPanel, group_panel
from tracker.models import AgreedStep, CheckIn, CodeReview
from tracker.standing import AttentionReader, PlannedMilestone, State

# How many of the newest are shown; the list pages have the rest.
_QUESTIONS = 5
_REVIEWS = 8


@dataclass(frozen=True, slots=True)
class GroupDetailPage:
    """A group as its reader sees it. Those who left it (`is_former`) see only the check-ins of their time.

    `logged_iso` is this week, once its check-in is logged.
    """

    overview: GroupOverview
    is_former: bool
    may_lead: bool
    # For those who lead it: the group as it opens on the sheet of its mentors.
    panel: GroupPanel | None
    sheet: Sheet
    is_unfolded: bool
    me: int | None
    # Each milestone with how many finished it, and what was promised before its date moved.
    plan: tuple[tuple[PlannedMilestone, int, str], ...]
    check_ins: tuple[CheckIn, ...]
    logged_iso: str
    steps: tuple[ShownStep, ...]
    questions: tuple[Question, ...]
    reviews: tuple[CodeReview, ...]
    meeting: NextMeeting | None
    version: str

    @property
    def is_over(self) -> bool:
        return self.overview.group.cohort.is_closed(self.overview.today)

    @property
    def has_code_reviews(self) -> bool:
        return self.overview.group.cohort.course.has_code_reviews

    @property
    def live_url(self) -> str:
        """Where to ask whether the group still is as it is shown; empty where nothing can change."""
        group = self.overview.group
        if self.is_former or self.is_over:
            return ""
        unfold = {"unfold": "on"} if self.is_unfolded else {}
        return reverse("tracker:group-live", args=[group.pk], query={"seen": self.version, **unfold})

    @property
    def markable(self) -> int | Literal["all"] | None:
        """Whose cells are buttons: "all" for mentors and course admins, the member's own enrolment id, or nobody's."""
        if self.is_over:
            return None
        return "all" if self.may_lead else self.me


def group_detail_page(
    *, access: GroupAccess, person: User, now: datetime, is_unfolded: bool = False
) -> GroupDetailPage:
    """Return the page of a group; if it `is_unfolded`, its sheet shows every milestone."""
    group, version = access.group, group_version(access.group.pk)
    overview = group_overview(group, now=now, reader=_reader(access))
    # Its status needs them, too.
    prefetch_related_objects([group], Prefetch("check_ins", CheckIn.objects.shared().newest_first()))
    check_ins, zone = list(group.check_ins.all()), ZoneInfo(group.cohort.time_zone)
    is_former = access.studies is None and not access.may_lead
    me = access.studies.enrolment_id if access.studies else None
    leads = access.may_lead
    status = group_statuses([overview])[group.pk] if access.sees_attention else None
    steps = AgreedStep.objects.filter(group=group).exclude(state=AgreedStep.State.DROPPED) if leads else ()
    return GroupDetailPage(
        overview=overview,
        is_former=is_former,
        may_lead=access.may_lead,
        panel=group_panel(overview, status) if leads else None,
        sheet=overview.sheet_of(
            columns_for([overview], is_unfolded=is_unfolded), shown_steps(steps, overview)
        ),
        is_unfolded=is_unfolded,
        me=me,
        plan=() if is_former or leads else tuple(_plan(overview)),
        # Members, mentors and course admins see all, those who left the group those of their time.
        check_ins=tuple(each for each in check_ins if access.may_read_shared(day_of(each, zone))),
        logged_iso=overview.week.iso if any(each.week == overview.week for each in check_ins) else "",
        steps=() if is_former or leads else tuple(_steps(access, overview)),
        questions=tuple(_questions(access, person, now)),
        reviews=() if is_former else tuple(_reviews(group)),
        meeting=next_meeting(group, check_ins, overview.pauses, now, reader_zone=person.time_zone),
        version=version,
    )


def _reader(access: GroupAccess) -> AttentionReader | None:
    if not access.sees_attention:
        return None
    return AttentionReader.MENTOR if access.mentors else AttentionReader.COURSE_ADMIN


def _plan(overview: GroupOverview) -> Iterator[tuple[PlannedMilestone, int, str]]:
    due_days = {each.id: each.due_on for each in overview.plan}
    promised = promised_before(overview.group.pk, due_days, overview.today)
    for planned in overview.plan:
        done = sum(
            mark.state is State.DONE and mark.milestone_id == planned.id
            for member in overview.members
            for mark in member.facts.progress
        )
        yield planned, done, promised.get(planned.id, "")


def _steps(access: GroupAccess, overview: GroupOverview) -> Iterator[ShownStep]:
    """A member's own and those of the whole group."""
    own = Q(enrolment=None) | Q(enrolment=access.studies and access.studies.enrolment_id)
    steps = AgreedStep.objects.open().filter(own, group=access.group).with_name()
    for step in steps.order_by(F("due_on").asc(nulls_last=True), "agreed_at", "pk"):
        yield overview.shown_step(step)


def _questions(access: GroupAccess, person: User, now: datetime) -> QuerySet[Question]:
    questions = questions_with_known_group(person, now).filter(group=access.group).select_related("milestone")
    return questions.order_by("-asked_at", "-pk")[:_QUESTIONS]


def _reviews(group: Group) -> QuerySet[CodeReview]:
    return group.code_reviews.with_names().order_by("-changed_at", "-pk")[:_REVIEWS]
