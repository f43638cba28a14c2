"""What my week shows, and the words for it."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from operator import attrgetter
from typing import Any

from django.urls import reverse
from django.utils.text import capfirst

from groups.models import Absence
from groups.who_is_there import absence_on, stand_in_on
from lib.days import day_label, long_day, week_of_run
from lib.text import counted, joined
from tracker.beginning import Beginning
from tracker.dashboards.arriving import Arrival, arrivals_in
from tracker.dashboards.grid import Member, Sheet, ShownStep
from tracker.dashboards.group_overviews import GroupOverview, columns_for
from tracker.dashboards.hours import hours_label
from tracker.dashboards.meetings import NextMeeting
from tracker.dashboards.week.milestones import (
    MilestoneCard,
    Title,
    finished_today,
)
from tracker.dashboards.week.news import NewsLine
from tracker.dashboards.week.waiting import (
    BeforeMeeting,
    Help,
    Waiting,
)
from tracker.models import CheckIn
from tracker.standing import PlannedMilestone, away_until, is_away

# For so long the page welcomes who has not begun.
_NEW = timedelta(days=7)
# Titles and what waits are folded beyond these.
_TITLES, _WAITING = 5, 3


@dataclass(frozen=True, slots=True)
class StudentWeek:
    """A student's week in a group.

    `shown` is the milestone to work on, or the requested one, with the `titles` of its materials and the number of its
    frequent questions (`known_count`); None when nothing is left to do. `others` are all other milestones, `following`
    the one to go on with. `finished` is one that is done, whose materials are asked about (`worth`). `read_only` says
    why nothing can be changed, or is empty.
    """

    overview: GroupOverview
    me: Member
    read_only: str
    shown: MilestoneCard | None
    titles: tuple[Title, ...]
    known_count: int
    finished: MilestoneCard | None
    worth: tuple[Title, ...]
    following: MilestoneCard | None
    others: tuple[MilestoneCard, ...]
    help: tuple[Help, ...]
    steps: tuple[ShownStep, ...]
    waiting: tuple[Waiting, ...]
    news: tuple[NewsLine, ...]
    # The day since when it is new.
    news_on: date
    check_ins: tuple[CheckIn, ...]
    meeting: NextMeeting | None
    before: BeforeMeeting | None
    # Shown until the first check-in after they joined.
    beginning: Beginning | None
    # The days away of who is away today.
    away: Absence | None
    # Where the group has no meeting yet: whether the student has said when they can meet.
    has_said_when: bool
    version: str
    # The id of the cell whose tick the student set a moment ago.
    just: str
    # Whether the path shows every milestone.
    is_unfolded: bool

    @property
    def has_begun(self) -> bool:
        return self.me.has_begun or any(title.is_ticked for title in self.titles)

    @property
    def is_early(self) -> bool:
        return self.beginning is not None and self.overview.today < self.beginning.starts_on + _NEW

    @property
    def has_first_things(self) -> bool:
        """In the first days, and later until they have begun: from then on the work of the week stands first."""
        enrolment = self.me.membership.enrolment
        is_done = enrolment.hours_a_week and enrolment.mentor_note and self.has_begun
        return self.beginning is not None and not is_done and (self.is_early or not self.has_begun)

    @property
    def welcome(self) -> str:
        """The people of the group, until the student has begun."""
        return self.beginning.who() if self.beginning and not self.has_begun else ""

    @property
    def live_url(self) -> str:
        """The address that tells whether the week still is as shown; "" where nothing can change."""
        if self.read_only:
            return ""
        group_id = self.overview.group.pk
        return reverse("tracker:week-live", args=[group_id], query={**self.address, "seen": self.version})

    @property
    def address(self) -> dict[str, Any]:
        """What the address of this week says after its path."""
        milestone = {"milestone": self.shown.milestone.pk} if self.shown else {}
        return {**milestone, **({"unfold": "on"} if self.is_unfolded else {})}

    @property
    def sheet(self) -> Sheet:
        return self.overview.sheet_of(
            columns_for([self.overview], is_unfolded=self.is_unfolded), just=self.just
        )

    @property
    def finished_today(self) -> PlannedMilestone | None:
        return finished_today(self.overview)

    @property
    def left(self) -> tuple[MilestoneCard, ...]:
        return tuple(card for card in self.others if not card.is_settled)

    @property
    def help_key(self) -> str:
        """Another one once help was asked for, answered or no longer needed: a field that is open then closes."""
        asked = [
            f"{each.milestone_id}-{each.asked and each.asked.pk}-{bool(each.answer)}" for each in self.help
        ]
        return "-".join([f"{self.shown.milestone.pk}-{self.shown.state}" if self.shown else "", *asked])

    @property
    def asks_what(self) -> bool:
        """Whether they need help with the milestone shown, and have not said what with."""
        shown = self.shown.milestone.pk if self.shown else 0
        return any(each.milestone_id == shown and not each.answer and not each.asked for each in self.help)

    @property
    def open_titles(self) -> tuple[Title, ...]:
        left = [title for title in self.titles if not title.is_settled]
        return tuple(left if len(left) == _TITLES + 1 else left[:_TITLES])

    @property
    def more_titles(self) -> tuple[Title, ...]:
        return tuple(title for title in self.titles if not title.is_settled)[len(self.open_titles) :]

    @property
    def finished_titles(self) -> tuple[Title, ...]:
        return tuple(title for title in self.titles if title.is_settled)

    @property
    def behind(self) -> str:
        """ "1 behind"; empty where nothing is late."""
        words, left = self.me.words, self.me.standing.behind_by
        if self.away and left:
            return f"{left} behind"
        return words.text if words.tone == "late" else ""

    @property
    def left_count(self) -> int:
        return sum(not title.is_ticked for title in self.titles)

    @property
    def waits_first(self) -> tuple[Waiting, ...]:
        return self.waiting[:_WAITING]

    @property
    def waits_more(self) -> tuple[Waiting, ...]:
        return self.waiting[_WAITING:]

    @property
    def news_first(self) -> tuple[NewsLine, ...]:
        return self.news[:_WAITING]

    @property
    def news_more(self) -> tuple[NewsLine, ...]:
        return self.news[_WAITING:]

    @property
    def news_label(self) -> str:
        """ "Since Friday", "Since yesterday", "Since 17 Nov"."""
        days = (self.overview.today - self.news_on).days
        day = f"{self.news_on:%A}" if 1 < days < 7 else f"{self.news_on.day} {self.news_on:%b}"
        return f"Since {('earlier today', 'yesterday')[days] if days < 2 else day}"

    @property
    def last_check_in(self) -> CheckIn | None:
        return next((check_in for check_in in self.check_ins if check_in.summary), None)

    @property
    def has_plan(self) -> bool:
        return bool(self.overview.plan)

    @property
    def has_code_reviews(self) -> bool:
        return self.overview.group.cohort.course.has_code_reviews

    @property
    def week_label(self) -> str:
        """ "Week 3 of 4"; empty before the first week and after the last."""
        return capfirst(week_of_run(self.overview.week_number, self.overview.week_count))

    @property
    def heading(self) -> str:
        """The milestone, or what became of it: "Marta answered", "All done", "You finished"."""
        if self.shown:
            is_next = self.shown.milestone.pk == self.me.standing.next_milestone_id
            if is_next and self.is_early and not self.has_begun:
                return f"Welcome, {self.me.short_name}"
            answer = next(
                (each.answer for each in self.help if each.milestone_id == self.shown.milestone.pk), None
            )
            return f"{answer.answered_by.get_short_name()} answered" if answer else self.shown.milestone.title
        if not self.has_plan:
            return "No plan yet"
        if self.read_only:
            return "You finished" if self.is_all_done else f"{self.overview.group.cohort} is over"
        return "All done"

    @property
    def is_all_done(self) -> bool:
        return self.has_plan and all(card.is_settled for card in self._required)

    @property
    def _required(self) -> list[MilestoneCard]:
        cards = [*([self.shown] if self.shown else []), *self.others]
        return [card for card in cards if card.is_planned and not card.milestone.is_optional]

    @property
    def done_text(self) -> str:
        """ "Well done, Ana: 4 milestones in 13 hours."."""
        done = [card for card in self._required if card.state == "done"]
        hours = sum((card.mark.hours or Decimal(0) for card in done if card.mark), Decimal(0))
        spent = f" in {hours_label(hours)} hours" if hours else ""
        return f"Well done, {self.me.short_name}: {counted(len(done), 'milestone')}{spent}."

    @property
    def arrivals(self) -> tuple[Arrival, ...]:
        """Members who joined the group in the last days, the student included."""
        return () if self.read_only else tuple(arrivals_in(self.overview, self.me.enrolment_id))

    @property
    def markable_enrolment_id(self) -> int | None:
        """The enrolment whose row has buttons: the student's own; None if nothing can be changed."""
        return None if self.read_only else self.me.enrolment_id

    @property
    def mentor_names(self) -> str:
        """The mentors who are there: "Marta and Tomás"; without one, the course admins."""
        return self._mentors_there or "the course admins"

    @property
    def readers(self) -> str:
        """Who reads what is said before a meeting: "Marta and course admins"."""
        return f"{self._mentors_there} and course admins" if self._mentors_there else "Course admins"

    @property
    def _mentors_there(self) -> str:
        today = self.overview.today
        there = [each for each in self.overview.group.mentorships.all() if each.is_there(today)]
        return joined(each.person.get_short_name() for each in sorted(there, key=attrgetter("place")))

    @property
    def meets_alone(self) -> str:
        """Why no mentor is there on the day of the meeting; empty where one is."""
        if self.meeting is None or self.read_only:
            return ""
        return absence_on(self.overview.group.mentorships.all(), self.meeting.on, self.overview.today)

    @property
    def stand_in(self) -> str:
        """ "Tomás stands in for Marta" on the day of the meeting; empty where a mentor is there, or nobody."""
        return stand_in_on(self.overview.group.mentorships.all(), self.meeting.on) if self.meeting else ""

    @property
    def away_until(self) -> str:
        """ "until Friday 4 December"; "today" on the last day."""
        assert self.away is not None, "asked of who is away"  # noqa: S101
        until, today = self.away.ends_on, self.overview.today
        return "today" if until == today else f"until {long_day(until)}"

    @property
    def misses_meeting(self) -> bool:
        """Whether the student is away on the day of the meeting."""
        return self.meeting is not None and is_away(self.me.facts, self.meeting.on)

    @property
    def notice(self) -> str:
        cohort, today = self.overview.group.cohort, self.overview.today
        if self.read_only:
            return self.read_only
        if today < cohort.starts_on:
            starts = day_label(cohort.starts_on, today)
            return f"{cohort} starts on {starts}. You can look around and start early."
        if leaves_on := self.me.membership.ended_on:
            return f"You leave {self.overview.group} on {day_label(leaves_on, today)}."
        if until := away_until(self.overview.pauses, today):
            return f"{cohort} has a break until {day_label(until, today)}. Nothing is due until then."
        return ""
