"""The student's week: the milestone to work on, agreed steps, questions and reviews."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.urls import reverse

from groups.models import Group
from lib.days import day_label
from people.models import User
from questions.models import MaterialChange, Question
from tracker.actions.progress import why_read_only
from tracker.dashboards.dates import missed_line, own_dates
from tracker.dashboards.grid import Member
from tracker.dashboards.group_overviews import GroupOverview, group_overview
from tracker.dashboards.hours import hours_label
from tracker.dashboards.known import AskedMost, known_before
from tracker.dashboards.live import group_version
from tracker.dashboards.meetings import NextMeeting, next_meeting
from tracker.dashboards.week.before_meeting import BeforeMeeting, before_meeting
from tracker.dashboards.week.milestones import (
    KEEPS_ITS_PLACE,
    CardMaterial,
    MilestoneCard,
    known_count,
    materials_of,
    milestone_cards,
)
from tracker.dashboards.week.news import (
    SettledHelp,
    WeekQuestions,
    answering_changes,
    news_since,
    settled_help,
    week_questions,
    week_reviews,
    week_steps,
)
from tracker.models import AgreedStep, CheckIn, CodeReview
from tracker.standing.attention import counted


@dataclass(frozen=True, slots=True)
class WeekStep:
    """An open or recently finished step of the student or the whole group."""

    step: AgreedStep
    due_label: str
    is_late: bool

    @property
    def details(self) -> str:
        """ "all of us, by Tue 22 September"."""
        return ", ".join(
            part for part in ("" if self.step.enrolment_id else "all of us", self.due_label) if part
        )


def _is_settled(step: AgreedStep, now: datetime) -> bool:
    return step.closed_at is not None and step.closed_at < now - KEEPS_ITS_PLACE


@dataclass(frozen=True, slots=True)
class StudentWeek:
    """A student's week in a group.

    `shown` is the milestone to work on, or the requested one, with its `materials` and the number of its known
    questions; None when nothing is left to do. `following` and `settled` are the other planned milestones, `beyond`
    those outside the plan. `read_only` says why nothing can be changed, or is empty.
    """

    overview: GroupOverview
    me: Member
    read_only: str
    shown: MilestoneCard | None
    materials: tuple[CardMaterial, ...]
    known_count: int
    # Those asked most, where the student comes to the milestone and has not closed it.
    known: AskedMost | None
    next_id: int | None
    following: tuple[MilestoneCard, ...]
    settled: tuple[MilestoneCard, ...]
    beyond: tuple[MilestoneCard, ...]
    steps: tuple[WeekStep, ...]
    to_review: tuple[CodeReview, ...]
    own_code: tuple[CodeReview, ...]
    questions: WeekQuestions
    last_check_in: CheckIn | None
    changed: tuple[MaterialChange, ...]
    settled_help: tuple[SettledHelp, ...]
    meeting: NextMeeting | None
    before: BeforeMeeting | None
    version: str

    @property
    def live_url(self) -> str:
        """Where to ask whether the group still is as it is shown; empty where nothing can change."""
        if self.read_only:
            return ""
        milestone = {"milestone": self.shown.milestone.pk} if self.shown else {}
        group_id = self.overview.group.pk
        return reverse("tracker:week-live", args=[group_id], query={**milestone, "seen": self.version})

    @property
    def expected(self) -> tuple[str, ...]:
        """What is expected of a student, as the course and the plan say it."""
        planned = [each.milestone for each in self.overview.plan if not each.milestone.is_optional]
        hours = hours_label(sum((each.planned_hours or Decimal(0) for each in planned), Decimal(0)))
        weeks = self.overview.week_count
        work = f"{counted(len(planned), 'milestone')}, {hours} hours" if hours != "0" else ""
        return (
            *((f"{work} of work" + (f" in {counted(weeks, 'week')}" if weeks else ""),) if work else ()),
            "Mark your progress and hours as you go, and “Need help” as soon as you are stuck",
            "A check-in with your mentor and group every week",
            "Ask questions here, and answer those of others if you can",
            *(["Review code of your group, and have yours reviewed"] if self.has_code_reviews else []),
        )

    @property
    def to_read(self) -> tuple[CardMaterial, ...]:
        return tuple(listed for listed in self.materials if not listed.is_settled)

    @property
    def finished(self) -> tuple[CardMaterial, ...]:
        return tuple(listed for listed in self.materials if listed.is_settled)

    @property
    def left_count(self) -> int:
        return sum(not listed.is_ticked for listed in self.materials)

    @property
    def help_answered(self) -> tuple[Question, ...]:
        """Answers to their cries for help, shown until they mark how it stands now."""
        cried = {
            mark.milestone_id: mark.need_help_since
            for mark in self.me.facts.progress
            if mark.help_answered_on is not None
        }
        cohort = self.overview.group.cohort
        return tuple(
            question
            for question in self.questions.answered
            if question.first_answered_at
            and (since := cried.get(question.milestone_id or 0))
            and since <= cohort.today(question.first_answered_at)
        )

    @property
    def news_answered(self) -> tuple[Question, ...]:
        return tuple(each for each in self.questions.answered if each not in self.help_answered)

    @property
    def news_count(self) -> int:
        return len(self.news_answered) + len(self.changed) + len(self.settled_help)

    @property
    def news_label(self) -> str:
        """ "2 answers, 1 change of material, 1 mark where you needed help"."""
        kinds = (
            (len(self.news_answered), "answer", ""),
            (len(self.changed), "change", " of material"),
            (len(self.settled_help), "mark", " where you needed help"),
        )
        return ", ".join(f"{counted(count, what)}{where}" for count, what, where in kinds if count)

    @property
    def latest_news_at(self) -> datetime | None:
        """When the latest of the news shown happened: what comes after it stays news."""
        answers = [question.first_answered_at for question in self.news_answered]
        changes = [change.told_at for change in self.changed]
        settled = [each.at for each in self.settled_help]
        return max(filter(None, [*answers, *changes, *settled]), default=None)

    @property
    def has_plan(self) -> bool:
        return bool(self.overview.plan)

    @property
    def has_code_reviews(self) -> bool:
        return self.overview.group.cohort.course.has_code_reviews

    @property
    def week_label(self) -> str:
        """ "Week 3 of 4"; empty before the first week and after the last."""
        number, count = self.overview.week_number, self.overview.week_count
        return f"Week {number} of {count}" if number and count and number <= count else ""

    @property
    def heading(self) -> str:
        if self.shown:
            return self.shown.milestone.title
        return "All done" if self.has_plan else "No plan yet"

    @property
    def then(self) -> MilestoneCard | None:
        """What comes after the milestone shown, while that is the one to work on."""
        is_at_work = self.shown is not None and self.shown.milestone.pk == self.next_id
        return next((card for card in self.following if card.due_label), None) if is_at_work else None

    @property
    def whom_one_meets(self) -> str:
        """ "Marta Pires, Bruno and Chidi": the mentors, and the others of the group."""
        mentors = [each.person.name for each in self.overview.mentors_now]
        others = [each.short_name for each in self.overview.members if each is not self.me]
        *first, last = [*mentors, *others] or [""]
        return f"{', '.join(first)} and {last}" if first else last

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
        text = "Everything planned is finished."
        return f"{text} Someone in your group may need a code review." if self.has_code_reviews else text

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
    def missed(self) -> str:
        """The planned date that the student is likely to miss first; empty if there is none."""
        return "" if self.read_only else missed_line(self.overview, own_dates(self.me))

    @property
    def next_card(self) -> MilestoneCard | None:
        if self.shown is None or not self.shown.is_settled:
            return None
        return next((card for card in self.following if card.milestone.pk == self.next_id), None)


def student_week(
    *,
    group: Group,
    enrolment_id: int,
    person: User,
    now: datetime,
    milestone_id: int | None = None,
    offers_known: bool = False,
) -> StudentWeek | None:
    """Return the week of a student in a group; None if they are not a member.

    Args:
        milestone_id: the milestone to show; without a match, the one to work on.
        offers_known: with what is asked most at the milestone to work on, until the student closes it.
    """
    version = group_version(group.pk)
    overview = group_overview(group, now=now, reader=None)
    me = next((member for member in overview.members if member.enrolment_id == enrolment_id), None)
    if me is None:
        return None
    cards = milestone_cards(overview, me)
    next_id = me.standing.next_milestone_id
    shown = cards.get(milestone_id or 0) or cards.get(next_id or 0)
    others = [card for card in cards.values() if card is not shown]
    enrolment = me.membership.enrolment
    enrolment.cohort = group.cohort
    check_ins = list(group.check_ins.shared().newest_first())
    reviews = week_reviews(group, enrolment_id)
    news_from = news_since(enrolment, now)
    read_only = why_read_only(enrolment, now)
    meeting = next_meeting(group, check_ins, overview.pauses, now, reader_zone=person.time_zone)
    asked_most = None
    if offers_known and shown and shown.milestone.pk == next_id and not read_only:
        asked_most = known_before(person, [next_id]).get(next_id)
    return StudentWeek(
        overview=overview,
        me=me,
        read_only=read_only,
        shown=shown,
        materials=materials_of(shown.milestone, enrolment_id, now) if shown else (),
        known_count=asked_most.count if asked_most else known_count(shown.milestone) if shown else 0,
        known=asked_most,
        next_id=next_id,
        following=tuple(card for card in others if card.is_planned and not card.is_settled),
        settled=tuple(card for card in others if card.is_planned and card.is_settled),
        beyond=tuple(card for card in others if not card.is_planned),
        steps=tuple(
            WeekStep(step, step.due_label(overview.today), step.is_late(overview.today))
            for step in sorted(week_steps(group, enrolment_id, now), key=lambda step: _is_settled(step, now))
        ),
        to_review=tuple(review for review in reviews if review.reviewer_id == enrolment_id),
        own_code=tuple(review for review in reviews if review.author_id == enrolment_id),
        questions=week_questions(person, group, enrolment_id, news_from, now),
        last_check_in=next((check_in for check_in in check_ins if check_in.summary), None),
        changed=tuple(answering_changes(person, group, news_from)),
        settled_help=settled_help(enrolment, news_from),
        meeting=meeting,
        before=None
        if read_only
        else before_meeting(
            group, enrolment, check_ins, overview.pauses, me.facts.absences, meeting, overview.today
        ),
        version=version,
    )
