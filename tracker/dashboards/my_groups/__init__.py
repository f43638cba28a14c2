"""The mentor's page: students who need help, and check-ins to log."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from operator import attrgetter

from django.utils.text import capfirst

from courses.models import Cohort, CourseSection
from groups.models import Group
from groups.relations import Relation, RelationKind, relations_of
from lib.days import day_label, on_day, relative_day, week_of_run
from lib.weeks import today_in
from people.models import User
from questions.access.sight import answers_that_helped
from questions.models import Answer
from tracker.beginning import Beginning, beginnings_of
from tracker.dashboards.group_overviews import GroupOverview, group_overviews
from tracker.dashboards.help_lines import HelpLine
from tracker.dashboards.live import group_versions
from tracker.dashboards.my_groups.card import GroupCard, OpenQuestion, group_cards
from tracker.dashboards.my_groups.heading import Heading, heading_of, order_of
from tracker.standing import away_until

# For how long an answer that helped is shown.
_HELPED = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortSection:
    """The groups of one cohort, worst first."""

    cohort: Cohort
    week_label: str
    cards: tuple[GroupCard, ...]

    @property
    def under_way(self) -> list[GroupCard]:
        return [card for card in self.cards if not card.asks_first]


@dataclass(frozen=True, slots=True, kw_only=True)
class MentorDashboard:
    """The mentor's page. `minutes` and `budget` are for this week, over the groups shown."""

    sections: tuple[CohortSection, ...]
    heading: Heading
    minutes: int
    budget: int
    # Groups whose mentorship is over or has not begun, and from or until when.
    others: tuple[tuple[Relation, str], ...]
    # Answers of theirs of which a student said in the last days: that helps.
    helped: tuple[Answer, ...]
    # Groups that begin for them on a later day.
    coming: tuple[Beginning, ...] = ()
    # Whether the first course says in its own words what it expects of mentors.
    has_expectations: bool = False

    @property
    def cards(self) -> list[GroupCard]:
        return [card for section in self.sections for card in section.cards]

    @property
    def week_label(self) -> str:
        """ "week 3 of 4"; empty of several cohorts, each of which has its own."""
        return self.sections[0].week_label if len(self.sections) == 1 else ""

    @property
    def where(self) -> str:
        """ "Week 3 of 4 · 30 of 90 minutes used"."""
        used = f"{self.minutes} of {self.budget} minutes used" if self.budget and not self.is_welcome else ""
        if self.week_label:
            return " · ".join(filter(None, (capfirst(self.week_label), used)))
        count = f"{len(self.sections)} cohorts · {len(self.cards)} groups" if self.sections else "My groups"
        return " · ".join(filter(None, (count, used)))

    @property
    def help_lines(self) -> list[HelpLine]:
        """Who waits longest comes first."""
        return sorted((line for card in self.cards for line in card.help_lines), key=attrgetter("since"))

    @property
    def names_groups_of_help(self) -> bool:
        return len({line.group.pk for line in self.help_lines}) > 1

    @property
    def questions(self) -> list[OpenQuestion]:
        """Waiting questions that are in no line above, the oldest first."""
        waiting = [question for card in self.cards for question in card.questions]
        return sorted(waiting, key=lambda each: (not each.is_late, each.question.asked_at, each.question.pk))

    @property
    def is_welcome(self) -> bool:
        """Whether it is the first day with each of the groups."""
        return bool(self.cards) and self.first_cards == self.cards

    @property
    def first_cards(self) -> list[GroupCard]:
        """Groups that are three steps."""
        return [card for card in self.cards if card.asks_first]

    @property
    def welcome_label(self) -> str:
        """ "You mentor 3 groups, about 90 minutes a week. LLM basics is due on Sunday for all of them."""
        cards = self.cards
        what = f"{len(cards)} groups" if len(cards) > 1 else str(cards[0].group)
        minutes = sum(card.group.cohort.course.weekly_minutes for card in cards)
        said = f"You mentor {what}, about {minutes} minutes a week."
        firsts = {(card.overview.plan[0] if card.overview.plan else None) for card in cards}
        first = firsts.pop()
        if firsts or first is None or first.due_on is None or first.due_on < cards[0].overview.today:
            return said
        due = f"{first.title} is due {on_day(first.due_on, cards[0].overview.today)}"
        return f"{said} {due}{' for all of them' if len(cards) > 1 else ''}."

    @property
    def has_plan(self) -> bool:
        return any(card.overview.plan for card in self.cards)

    def card_of(self, group_id: int) -> GroupCard | None:
        return next((card for card in self.cards if card.group.pk == group_id), None)

    def card_with(self, enrolment_id: int) -> GroupCard | None:
        return next((card for card in self.cards if card.sheet.row_of(enrolment_id)), None)


def mentor_dashboard(*, mentor: User, now: datetime, unfolded: int | None = None) -> MentorDashboard:
    """Return the mentor's page; of one cohort, if it is `unfolded`, with every milestone."""
    mentored = [row for row in relations_of(mentor, now) if row.kind is RelationKind.MENTORS]
    shown = shown_groups(mentor, now)
    ahead = {row.group_id for row in mentored if row.group_id and not row.has_begun(now)}
    versions = group_versions(shown)
    overviews = group_overviews(shown.values(), now=now)
    cards = group_cards(overviews, mentor=mentor, versions=versions, unfolded=unfolded)
    cards.sort(key=lambda card: (card.group.cohort_id, order_of(card), card.group.name))
    sections = []
    for _, grouped in groupby(cards, key=lambda card: card.group.cohort_id):
        of_cohort = tuple(grouped)
        label = _week_label([card.overview for card in of_cohort])
        sections.append(CohortSection(cohort=of_cohort[0].group.cohort, week_label=label, cards=of_cohort))
    sections.sort(key=lambda section: order_of(section.cards[0]))
    dashboard = MentorDashboard(
        sections=tuple(sections),
        heading=heading_of([card for section in sections for card in section.cards], mentor.get_short_name())
        if sections
        else Heading(((f"Welcome, {mentor.get_short_name()}" if ahead else "My groups", ""),)),
        minutes=sum(card.check_in.minutes for card in cards),
        budget=sum(card.group.cohort.course.weekly_minutes for card in cards if card.expects_check_in),
        helped=tuple(answers_that_helped(mentor, now - _HELPED, now)),
        others=tuple(_others([row for row in mentored if row.group_id not in shown.keys() | ahead], now)),
        coming=tuple(beginnings_of(mentor, ahead, now).values()) if ahead else (),
    )
    if not dashboard.is_welcome:
        return dashboard
    said = dashboard.cards[0].group.cohort.course.sections.filter(meant_for=CourseSection.MeantFor.MENTORS)
    return replace(dashboard, has_expectations=said.exists())


def shown_groups(mentor: User, now: datetime) -> dict[int, Group]:
    """The groups that the page shows, by id: those that the person mentors today, in cohorts that are open."""
    mentored = relations_of(mentor, now).open(RelationKind.MENTORS)
    return {row.group.pk: row.group for row in mentored if row.group and not row.is_in_closed_cohort(now)}


def _week_label(overviews: Sequence[GroupOverview]) -> str:
    """ "week 3 of 4"; the count is that of the longest plan."""
    first = overviews[0]
    starts_on = first.group.cohort.starts_on
    if first.today < starts_on:
        return f"begins {relative_day(starts_on, first.today)}"
    number = first.week_number
    if number is None:
        until = away_until(first.pauses, first.today)
        return f"a break until {day_label(until, first.today)}" if until else "a break"
    count = max((overview.week_count or 0 for overview in overviews), default=0)
    return week_of_run(number, count) or f"week {number}"


def _others(rows: Sequence[Relation], now: datetime) -> Iterator[tuple[Relation, str]]:
    """The latest first. Each group is listed once, by its latest mentorship."""
    seen: set[int] = set()
    for row in sorted(rows, key=lambda row: row.ended_on or date.max, reverse=True):
        today = today_in(row.time_zone, now)
        if row.group_id is None or row.started_on is None or row.group_id in seen:
            continue
        seen.add(row.group_id)
        if row.ended_on is not None and row.ended_on <= today:
            period_label = f"until {day_label(row.ended_on - timedelta(days=1), today)}"
        else:
            period_label = "the cohort is closed"
        yield row, period_label
