"""What mentors see: what waits for an answer, which topics their groups ask about most, and which milestones."""

from collections.abc import Sequence
from dataclasses import dataclass

from courses.promises import promise_label
from questions.access.questions import QuestionAccess
from questions.dashboards.question_rows import question_rows
from questions.models import Question
from trends.charts.bars import Bar
from trends.charts.scale import share
from trends.counts import TrendCounts
from trends.dashboards.topic_rows import TopicRow
from trends.panels.links import count_label
from trends.panels.milestones import MilestoneRate, milestone_rates
from trends.panels.topics import topics_asked

ROWS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class OwnGroups:
    # Those that wait longest, the oldest first.
    waiting: tuple[QuestionAccess, ...]
    waiting_count: int
    # How soon the course promises an answer: "24 h".
    promise_label: str
    waiting_csv_url: str
    topics: tuple[Bar, ...]
    topic_count: int
    topics_csv_url: str
    milestones: tuple[Bar, ...]
    milestone_count: int
    milestones_note: str
    milestones_csv_url: str
    weeks_url: str


def own_groups(counts: TrendCounts) -> OwnGroups:
    view = counts.view
    asked = sorted(
        (row for row in milestone_rates(counts) if row.asks.count),
        key=lambda row: (-(row.rate or 0), -row.asks.count),
    )
    topics = topics_asked(counts)
    return OwnGroups(
        waiting=_waiting(counts),
        waiting_count=counts.waits.ages.total(),
        promise_label=promise_label(view.course.question_days),
        waiting_csv_url=view.url("trends-csv", "waiting"),
        topics=_topics(topics.rows[:ROWS_SHOWN]),
        topic_count=topics.count,
        topics_csv_url=view.url("trends-csv", "topics"),
        milestones=_milestones(counts, asked),
        milestone_count=len(asked),
        milestones_note=_milestones_note(asked),
        milestones_csv_url=view.url("trends-csv", "milestones"),
        weeks_url=view.url("trends-panel", "weeks"),
    )


def _waiting(counts: TrendCounts) -> tuple[QuestionAccess, ...]:
    oldest = Question.objects.filter(pk__in=[question.pk for question in counts.waits.oldest])
    return tuple(question_rows(oldest.order_by("asked_at", "pk"), reader=counts.view.access.reader))


def _topics(rows: Sequence[TopicRow]) -> tuple[Bar, ...]:
    most = max((row.tally.asks for row in rows), default=0)
    return tuple(
        Bar(
            label=row.title,
            label_url=row.url,
            value_label=f"{row.tally.asks:,}",
            share=share(row.tally.asks, most),
            note=f"{row.tally.this_week or 'none'} this week",
            part=share(row.tally.this_week, most),
        )
        for row in rows
    )


def _milestones(counts: TrendCounts, rows: Sequence[MilestoneRate]) -> tuple[Bar, ...]:
    """Those with a rate. Where none has one, as in a single group of three, how often each was asked about."""
    rated = [row for row in rows if row.rate]
    most = max((row.rate or row.asks.count for row in rated or rows), default=0)
    return tuple(
        Bar(
            label=row.title,
            label_url=counts.view.url("trends", milestone=row.milestone_id),
            value_label=row.rate_label if row.rate else row.asks.label,
            share=share(row.rate or row.asks.count, most),
            note=f"{count_label(row.asks.count, 'ask')} of {count_label(row.students, 'student')}",
        )
        for row in (rated or rows)[:ROWS_SHOWN]
    )


def _milestones_note(rows: Sequence[MilestoneRate]) -> str:
    if not any(row.rate for row in rows):
        return "Asks. There are too few students for a rate." if rows else ""
    few = [row.title for row in rows if not row.rate]
    note = "Asks per student who had begun the milestone."
    if not few:
        return note
    names = f"{', '.join(few[:-1])} and {few[-1]}" if few[1:] else few[0]
    return f"{note} {names} {'has' if len(few) == 1 else 'have'} too few students for a rate."
