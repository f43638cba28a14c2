"""What the trends page shows, ready to be shown: frozen values, titles, words, and where each figure leads.

`query` is the query string, without "?", of the page (`trends:asked`) that a figure counts, made
by `trends.forms.drill_down.DrillDown`; "" where it counts nothing. `narrowed` is the query string of this page
(`trends:trends`) with the row chosen as a filter. Weeks run from Monday to Sunday. A rate is None while fewer than
`trends.figures.FEWEST_STUDENTS` students stand behind it; `rate_words` says so.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from courses.models import Course
from lib.weeks import Week
from trends.forms.trend_filters import TrendFilterForm, TrendFilters


@dataclass(frozen=True, slots=True)
class Asks:
    """A number of asks, and where it leads."""

    asks: int
    query: str


@dataclass(frozen=True, slots=True)
class PeriodLink:
    """A period to jump to: this page with the same other filters."""

    label: str
    query: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Head:
    """The figures at the top. `per_student_week` counts asks by students' weeks enrolled, in the period.

    `before` is the same figure of the cohort before, over the same weeks of its run; None without one, or with too
    few students. Durations are in words ("3 hours"), "" when nothing was answered.
    """

    asks: Asks
    student_weeks: int
    per_student_week: float | None
    rate_words: str
    before: float | None
    before_words: str
    median_to_answer: str
    open: int
    open_query: str
    oldest_days: int | None
    oldest_words: str
    needs_waiting: int


@dataclass(frozen=True, slots=True)
class MilestoneSeries:
    """The asks about one milestone (None: about none), a cell a week of the chart, in its order."""

    milestone_id: int | None
    title: str
    total: Asks
    cells: tuple[Asks, ...]
    narrowed: str


@dataclass(frozen=True, slots=True)
class AsksByWeek:
    """Asks a week by milestone: weeks without asks between the first and the last are there too.

    `totals` are those of each week; `most` is the highest of them. A long time shows its latest weeks only, and
    `is_shortened` says so: the CSV has them all. `is_last_running`: the last week is not over.
    """

    weeks: tuple[Week, ...]
    series: tuple[MilestoneSeries, ...]
    totals: tuple[Asks, ...]
    most: int
    is_shortened: bool
    is_last_running: bool


@dataclass(frozen=True, slots=True)
class MilestoneRate:
    """Asks about a milestone by active students: enrolments that were at it in the period."""

    milestone_id: int
    title: str
    asks: Asks
    students: int
    rate: float | None
    rate_words: str
    narrowed: str


@dataclass(frozen=True, slots=True)
class ComparedCohort:
    """A column of the cohorts side by side. `weeks_words` says which weeks of its run are counted."""

    cohort_id: int
    title: str
    weeks_words: str
    is_before: bool
    narrowed: str


@dataclass(frozen=True, slots=True)
class ComparedCell:
    asks: Asks
    students: int
    rate: float | None
    rate_words: str


@dataclass(frozen=True, slots=True)
class ComparedMilestone:
    """A milestone in each of the compared cohorts, a cell a column."""

    milestone_id: int
    title: str
    cells: tuple[ComparedCell, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Cohorts side by side, the earliest first; empty columns where there is nothing to compare with.

    `most` is the highest rate, for a scale. `note` says over which weeks, in words.
    """

    columns: tuple[ComparedCohort, ...]
    rows: tuple[ComparedMilestone, ...]
    most: float
    note: str


@dataclass(frozen=True, slots=True)
class MaterialAsks:
    """A material and its asks, most asked first; `share` is of all asks of the view, from 0 to 1.

    The last row may be None: asks that name no material.
    """

    material_id: int | None
    title: str
    milestone: str
    asks: Asks
    share: float
    narrowed: str


@dataclass(frozen=True, slots=True)
class CategoryAsks:
    """A category ("" for none said) and its asks, most asked first."""

    category: str
    label: str
    asks: Asks
    share: float
    narrowed: str


@dataclass(frozen=True, slots=True)
class AnswerTime:
    """How long questions waited for their first answer: half were answered within `p50`, nine in ten within `p90`.

    Percentiles in minutes and in words, None and "" while nothing was answered. Questions asked in the period.
    """

    milestone_id: int | None
    title: str
    answered: int
    unanswered: int
    p50_minutes: int | None
    p50_words: str
    p90_minutes: int | None
    p90_words: str
    query: str


@dataclass(frozen=True, slots=True)
class AnswerTimes:
    """All questions of the view, and by milestone as the course teaches them."""

    all: AnswerTime
    by_milestone: tuple[AnswerTime, ...]


@dataclass(frozen=True, slots=True)
class AgeBucket:
    """Questions open for so long. `is_too_long`: over the course's `question_open_days`."""

    label: str
    count: int
    is_too_long: bool
    query: str


@dataclass(frozen=True, slots=True)
class OldestQuestion:
    title: str
    url: str
    days: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """Questions open or for follow-up today, by how long; the oldest are those that this reader may see."""

    count: int
    too_long: int
    buckets: tuple[AgeBucket, ...]
    oldest: tuple[OldestQuestion, ...]
    query: str


@dataclass(frozen=True, slots=True)
class UnanswerableRow:
    """Of a milestone: questions that nobody could answer from the material, by why; each counts once in `all`."""

    milestone_id: int | None
    title: str
    all: int
    unclear: int
    wrong: int
    waiting: int
    query: str


@dataclass(frozen=True, slots=True)
class Unanswerable:
    """Questions nobody could answer from the material. `definition` says in words which those are."""

    definition: str
    count: int
    share: float
    rows: tuple[UnanswerableRow, ...]
    query: str


@dataclass(frozen=True, slots=True)
class TopicsPanel:
    """The topics of the view that were asked about most, those new this week first, then the pinned ones.

    `rows` are `trends.dashboards.topic_rows.TopicRow`; `count` is of all topics with an ask in the view.
    """

    rows: tuple[Any, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Trends:
    """All that the page shows. `scope_words` says whose asks are counted, `period_words` of when."""

    course: Course
    is_whole_course: bool
    scope_words: str
    period_words: str
    today: date
    form: TrendFilterForm
    filters: TrendFilters
    query: str
    periods: tuple[PeriodLink, ...]
    head: Head
    weeks: AsksByWeek
    rates: tuple[MilestoneRate, ...]
    comparison: Comparison
    materials: tuple[MaterialAsks, ...]
    categories: tuple[CategoryAsks, ...]
    answers: AnswerTimes
    waiting: Waiting
    unanswerable: Unanswerable
    topics: TopicsPanel

    @property
    def is_empty(self) -> bool:
        """Whether nothing was asked in this view."""
        return self.head.asks.asks == 0
