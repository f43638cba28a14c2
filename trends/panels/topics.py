"""The topics of the view with asks: new this week first, then pinned, then by asks."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from lib.weeks import monday_of
from questions.models import Ask, MaterialChange, Topic
from trends.access.topics import questions_to_count
from trends.counts import TrendCounts, TrendView
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


def _monday(view: TrendView) -> date:
    return monday_of(view.now.date())


def _pinned(view: TrendView) -> set[int]:
    return set(view.course.topics.exclude(pinned_at=None).values_list("pk", flat=True))


def _ranked(counts: TrendCounts) -> tuple[list[int], int]:
    """The first topics and the number of all."""
    view, monday = counts.view, _monday(counts.view)
    asked: Counter[int] = Counter()
    for (topic, week), count in counts.asks.topics.items():
        if view.span.holds(week):
            asked[topic] += count
    if view.groups is None:
        new = set(_new_topics(view, monday))
    else:
        new = asked.keys() - {topic for topic, week in counts.asks.topics if week is None or week < monday}
    pinned = _pinned(view)

    def place(topic: int) -> tuple[int, int, int]:
        return 0 if topic in new else 1 if topic in pinned else 2, -asked[topic], topic

    # The rule of `topics_to_read`.
    sized = Topic.objects.filter(pk__in=asked).with_size(questions_to_count(view.access))
    ranked = sorted(sized.filter(Q(size__gte=2)).values_list("pk", flat=True), key=place)
    return ranked[:TOPICS_SHOWN], len(ranked)


def _new_topics(view: TrendView, monday: date) -> QuerySet[Topic, int]:
    """The topics of the course that nobody asked about before this week."""
    before = Ask.objects.filter(Q(week_starts_on__lt=monday) | Q(week_starts_on=None))
    at_original = before.filter(question__placement__topic=OuterRef("pk"))
    at_duplicate = before.filter(question__duplicate_of__placement__topic=OuterRef("pk"))
    # No topic is older than its first ask. One extra day covers time zones further east.
    since = datetime.combine(monday - timedelta(days=1), time(), UTC)
    topics = view.course.topics.filter(~Exists(at_original), ~Exists(at_duplicate), found_at__gte=since)
    return topics.values_list("pk", flat=True)


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
