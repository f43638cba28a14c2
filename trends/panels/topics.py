"""The topics of the view with asks: pinned first, then by asks."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from questions.models import Topic
from trends.access.topics import questions_to_count
from trends.counts import TrendCounts
from trends.dashboards.effects import effects_of
from trends.dashboards.topic_rows import TopicRow, topic_rows
from trends.panels.panel import CsvRow, Panel

TOPICS_SHOWN = 6
# The changes shown beside a topic, latest first. The page of the topic has all of them.
CHANGES_SHOWN = 2


def topics_asked(counts: TrendCounts) -> tuple[list[TopicRow], int]:
    """Return the first topics that the reader may see, and the number of all with an ask in the view."""
    view = counts.view
    asked: Counter[int] = Counter()
    for (topic, week), count in counts.asks.topics.items():
        if view.span.holds(week):
            asked[topic] += count
    # The rule of `topics_to_read`: a topic needs two questions.
    sized = Topic.objects.filter(pk__in=asked).with_size(questions_to_count(view.access))
    rows = sized.filter(Q(size__gte=2)).values_list("pk", "pinned_at")
    ranked = sorted(rows, key=lambda row: (row[1] is None, -asked[row[0]], row[0]))
    shown = topic_rows([pk for pk, _ in ranked[:TOPICS_SHOWN]], access=view.access, now=view.now)
    return [row for row in shown if row.size > 1], len(ranked)


def topics_shown(counts: TrendCounts) -> dict[str, Any]:
    """Return them with the latest changes of the material of each, and whether each of these helped."""
    rows, count = topics_asked(counts)
    effects = effects_of({change for row in rows for change in row.changes[:CHANGES_SHOWN]}, counts.view.now)
    topics = [
        (row, [(change, effects[change.pk].summary) for change in row.changes[:CHANGES_SHOWN]])
        for row in rows
    ]
    return {"topics": topics, "count": count}


def _csv_rows(counts: TrendCounts) -> Iterator[CsvRow]:
    for row in topics_asked(counts)[0]:
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
