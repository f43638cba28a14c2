"""The topics of the view with asks: pinned first, then by asks."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from questions.models import MaterialChange, Topic
from trends.access.topics import questions_to_count
from trends.counts import TrendCounts
from trends.dashboards.effects import effects_of
from trends.dashboards.topic_rows import TopicRow, topic_rows
from trends.panels.panel import CsvRow, Panel

TOPICS_SHOWN = 6
# The changes shown beside a topic, latest first. The page of the topic has all of them.
CHANGES_SHOWN = 2


@dataclass(frozen=True, slots=True)
class TopicsShown:
    # Each with the latest changes of its material, and whether each helped.
    topics: list[tuple[TopicRow, list[tuple[MaterialChange, str]]]]
    count: int


@dataclass(frozen=True, slots=True)
class TopicsAsked:
    """The first topics of the view. `count` is the number of all topics with an ask in it."""

    rows: tuple[TopicRow, ...]
    count: int


def topics_asked(counts: TrendCounts) -> TopicsAsked:
    """Rank the topics that the reader may see, and return the first."""
    view = counts.view
    ranked, count = _ranked(counts)
    shown = topic_rows(ranked, access=view.access, now=view.now)
    # A topic needs two questions, as in `topics_to_read`.
    rows = tuple(row for row in shown if row.size > 1)
    return TopicsAsked(rows, count)


def _ranked(counts: TrendCounts) -> tuple[list[int], int]:
    """The first topics and the number of all."""
    asked: Counter[int] = Counter()
    for (topic, week), count in counts.asks.topics.items():
        if counts.view.span.holds(week):
            asked[topic] += count
    # The rule of `topics_to_read`.
    sized = Topic.objects.filter(pk__in=asked).with_size(questions_to_count(counts.view.access))
    rows = sized.filter(Q(size__gte=2)).values_list("pk", "pinned_at")
    ranked = sorted(rows, key=lambda row: (row[1] is None, -asked[row[0]], row[0]))
    return [topic for topic, _ in ranked[:TOPICS_SHOWN]], len(ranked)


def topics_shown(counts: TrendCounts) -> TopicsShown:
    asked = topics_asked(counts)
    changes = {change for row in asked.rows for change in row.changes[:CHANGES_SHOWN]}
    effects = effects_of(changes, counts.view.now)
    topics = [
        (row, [(change, effects[change.pk].summary) for change in row.changes[:CHANGES_SHOWN]])
        for row in asked.rows
    ]
    return TopicsShown(topics, asked.count)


def _csv_rows(counts: TrendCounts) -> Iterator[CsvRow]:
    for row in topics_asked(counts).rows:
        tally = row.tally
        yield (
            *(row.title, row.size, tally.asks, tally.this_week, tally.weeks_before),
            *(
                _day(tally.first_at),
                _day(tally.last_at),
                row.group_count,
                ", ".join(row.cohorts),
                row.answered,
            ),
        )


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


PANEL = Panel(
    name="topics",
    position=4,
    title="Topics",
    template="trends/_trends_topics.html",
    # The overview shows them, with a query.
    finding=lambda counts: "",
    content=topics_shown,
    csv_columns=(
        *("Topic", "Questions", "Asks", "This week", "In the 4 weeks before"),
        *("First asked", "Last asked", "Groups", "Cohorts", "Questions answered"),
    ),
    csv_rows=_csv_rows,
)
