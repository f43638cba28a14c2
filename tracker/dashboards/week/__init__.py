"""The student's week: the milestone to work on, agreed steps, questions and reviews. Three queries."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from groups.models import Group
from lib.days import day_label
from lib.rows import day
from lib.weeks import Week
from people.models import User
from tracker.actions.progress import why_read_only
from tracker.dashboards.group_overviews import GroupOverview, Member, group_overviews
from tracker.dashboards.recent_questions import RecentQuestion, recent_questions
from tracker.dashboards.review_summaries import ReviewSummary, review_summaries
from tracker.dashboards.week.milestones import MilestoneCard, milestone_cards
from tracker.dashboards.week.rows import with_week_rows
from tracker.models import AgreedStep


@dataclass(frozen=True, slots=True)
class WeekStep:
    """An open or recently finished step of the student or the whole group."""

    id: int
    text: str
    due_label: str
    is_done: bool
    is_of_group: bool


@dataclass(frozen=True, slots=True)
class WeekSummary:
    """The latest check-in summary that is not empty."""

    week: Week
    text: str


@dataclass(frozen=True, slots=True)
class AnsweringChange:
    what: str
    url: str


@dataclass(frozen=True, slots=True)
class AnsweredQuestion:
    """A question of the student that was answered recently."""

    id: int
    title: str


@dataclass(frozen=True, slots=True)
class StudentWeek:
    """A student's week in a group.

    `shown` is the milestone to work on, or the requested one; None when nothing is left to do. `following` and
    `settled` are the other planned milestones, `beyond` those outside the plan. `read_only` says why nothing can be
    changed, or is empty.
    """

    overview: GroupOverview
    me: Member
    read_only: str
    shown: MilestoneCard | None
    next_id: int | None
    following: tuple[MilestoneCard, ...]
    settled: tuple[MilestoneCard, ...]
    beyond: tuple[MilestoneCard, ...]
    steps: tuple[WeekStep, ...]
    to_review: tuple[ReviewSummary, ...]
    own_code: tuple[ReviewSummary, ...]
    own_questions: tuple[RecentQuestion, ...]
    other_questions: tuple[RecentQuestion, ...]
    summary: WeekSummary | None
    answered: tuple[AnsweredQuestion, ...]
    changed: tuple[AnsweringChange, ...]

    @property
    def has_plan(self) -> bool:
        return bool(self.overview.plan)

    @property
    def headline_tone(self) -> str:
        """Never red: the student reads it, and nobody else has to act."""
        standing = self.me.standing
        if self.read_only:
            return "quiet"
        if standing.behind_by:
            return "watch"
        return "ok" if standing.due else "quiet"

    @property
    def markable_enrolment_id(self) -> int | None:
        """The enrolment whose grid row has buttons: the student's own; None if nothing can be changed."""
        return None if self.read_only else self.me.enrolment_id

    @property
    def is_all_done(self) -> bool:
        is_left = self.shown is not None and self.shown.is_planned and not self.shown.is_settled
        return self.has_plan and not self.following and not is_left

    @property
    def all_done_text(self) -> str:
        if self.following:
            return "Only optional milestones are left. You can continue with them below."
        if self.beyond:
            return (
                "Everything planned is finished. The course has more milestones beyond the plan; see below."
            )
        return "Everything planned is finished. Someone in your group may need a code review."

    @property
    def notices(self) -> tuple[str, ...]:
        cohort, today = self.overview.group.cohort, self.overview.today
        if self.read_only:
            return (self.read_only,)
        if today < cohort.starts_on:
            return (
                f"{cohort} starts on {day_label(cohort.starts_on, today)}. You can look around and start early.",
            )
        pause = next((pause for pause in self.overview.pauses if pause.contains(today)), None)
        if pause is not None and pause.ends_on is not None:
            return (f"{cohort} pauses until {day_label(pause.ends_on, today)}. Nothing is due until then.",)
        return ()

    @property
    def next_card(self) -> MilestoneCard | None:
        if self.shown is None or not self.shown.is_settled:
            return None
        return next((card for card in self.following if card.id == self.next_id), None)


def student_week(
    *, group_id: int, enrolment_id: int, person: User, now: datetime, milestone_id: int | None = None
) -> StudentWeek | None:
    """Return the week of a student in a group; None if they are not a member.

    Args:
        milestone_id: the milestone to show; without a match, the one to work on.
    """
    groups = with_week_rows(
        Group.objects.filter(pk=group_id), enrolment_id=enrolment_id, person=person, now=now
    )
    overview = group_overviews(groups, now=now)[0]
    me = next((member for member in overview.members if member.enrolment_id == enrolment_id), None)
    if me is None:
        return None
    cards = milestone_cards(overview, me)
    next_id = me.standing.next_milestone_id
    shown = cards.get(milestone_id or 0) or cards.get(next_id or 0)
    others = [card for card in cards.values() if card != shown]
    group: Any = overview.group
    enrolment = me.membership.enrolment
    enrolment.cohort = overview.group.cohort
    return StudentWeek(
        overview=overview,
        me=me,
        read_only=why_read_only(enrolment, now),
        shown=shown,
        next_id=next_id,
        following=tuple(card for card in others if card.is_planned and not card.is_settled),
        settled=tuple(card for card in others if card.is_planned and card.is_settled),
        beyond=tuple(card for card in others if not card.is_planned),
        steps=tuple(_step(row, overview.today) for row in group.step_rows),
        to_review=review_summaries(group.give_rows),
        own_code=review_summaries(group.get_rows),
        own_questions=recent_questions(group.own_question_rows),
        other_questions=recent_questions(group.other_question_rows),
        summary=next((_summary(row) for row in group.summary_rows), None),
        answered=tuple(AnsweredQuestion(row["id"], row["title"]) for row in group.answered_rows),
        changed=tuple(
            AnsweringChange(row["what"], row["url"] or row["material_url"] or "")
            for row in group.changed_rows
        ),
    )


def _step(row: dict[str, Any], today: date) -> WeekStep:
    due_on = day(row["due_on"])
    is_done = row["state"] == AgreedStep.State.DONE
    is_late = due_on is not None and due_on < today and not is_done
    due_label = "" if due_on is None else f"{'was due' if is_late else 'by'} {day_label(due_on, today)}"
    return WeekStep(
        id=row["id"],
        text=row["text"],
        due_label=due_label,
        is_done=is_done,
        is_of_group=row["enrolment_id"] is None,
    )


def _summary(row: dict[str, Any]) -> WeekSummary:
    return WeekSummary(Week.of(date.fromisoformat(row["week_starts_on"])), row["summary"])
