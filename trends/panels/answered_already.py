"""What was answered before it was asked: who typed it said that a question asked before answers it."""

from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django.db.models import Q

from trends.charts import Bar, BarChart, share
from trends.counts import TrendCounts
from trends.dashboards.topic_rows import shown_topics
from trends.forms.filters import NOTHING
from trends.panels.panel import CsvRow, Number, Panel


def _numbers(counts: TrendCounts) -> Iterator[tuple[str, str, Number]]:
    """Yield by what, of which one, and how many: by milestone, then by topic, then by cohort."""
    view = counts.view
    cohorts: Counter[int] = Counter()
    milestones: Counter[int | None] = Counter()
    topics: Counter[int] = Counter()
    for (cohort, milestone, topic), asks in counts.asks.answered.items():
        cohorts[cohort] += asks
        milestones[milestone] += asks
        if topic:
            topics[topic] += asks

    def number(count: int, **narrower: Any) -> Number:
        return Number.of(count, view, answered_already=True, **narrower)

    for milestone, title in (*view.milestones.items(), (None, "No milestone")):
        if milestones[milestone]:
            yield "Milestone", title, number(milestones[milestone], milestone=milestone or NOTHING)
    # A topic needs two questions, as in `topics_to_read`.
    shown: Any = shown_topics(view.access).filter(Q(size__gte=2), pk__in=topics)
    titles = dict(shown.values_list("pk", "shown_title"))
    for topic, count in topics.most_common():
        if topic in titles:
            yield "Topic", titles[topic], number(count, topic=topic)
    for run in view.chosen:
        if cohorts[run.cohort_id]:
            yield "Cohort", run.title, number(cohorts[run.cohort_id], cohort=(run.cohort_id,))


def _charts(counts: TrendCounts) -> tuple[BarChart, ...]:
    most = counts.asks.answered.total()
    return tuple(
        BarChart(
            caption=f"Answered before they were asked, by {by.lower()}",
            head=by,
            value_head="Questions",
            bars=tuple(
                Bar(label=title, value_label=number.label, share=share(number.count, most), url=number.url)
                for _, title, number in rows
            ),
        )
        for by, rows in groupby(_numbers(counts), key=lambda row: row[0])
    )


def _finding(counts: TrendCounts) -> str:
    number = counts.asks.answered.total()
    if number == 1:
        return "1 question was answered before it was asked."
    return f"{number:,} questions were answered before they were asked." if number else ""


def _csv_rows(counts: TrendCounts) -> Iterator[CsvRow]:
    for by, title, number in _numbers(counts):
        yield by, title, number.count


PANEL = Panel(
    name="answered",
    position=12,
    title="Answered before they were asked",
    template="trends/_trends_answered_already.html",
    finding=_finding,
    content=_charts,
    csv_columns=("By", "Of", "Questions answered before they were asked"),
    csv_rows=_csv_rows,
)
