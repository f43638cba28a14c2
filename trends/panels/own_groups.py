"""What mentors see: what waits for an answer, which topics their groups ask about most, and which milestones."""

from collections.abc import Sequence
from typing import Any

from courses.promises import promise_label
from questions.dashboards.question_rows import question_rows
from trends.charts import Bar, share
from trends.counts import TrendCounts
from trends.dashboards.topic_rows import TopicRow
from trends.panels.milestones import milestone_rates
from trends.panels.rates import AskRate, no_rate_label, others_label
from trends.panels.topics import topics_asked

ROWS_SHOWN = 5

# A milestone, and how often it was asked about.
type _Row = tuple[int, AskRate]


def own_groups(counts: TrendCounts) -> dict[str, Any]:
    """`waiting` are those that wait longest, the oldest first; `promise_label` is how soon an answer is promised."""
    view = counts.view
    asked = sorted(
        ((milestone, rate) for milestone, rate in milestone_rates(counts).items() if rate.asks.count),
        key=lambda row: (-(row[1].rate or 0), -row[1].asks.count),
    )
    topics, topic_count = topics_asked(counts)
    waiting = view.open_questions().filter(is_undated=False).order_by("asked_at", "pk")[:ROWS_SHOWN]
    return {
        "waiting": question_rows(waiting, reader=view.access.reader),
        "waiting_count": counts.waits.open_count,
        "promise_label": promise_label(view.course.question_days),
        "topics": _topics(topics[:ROWS_SHOWN]),
        "topic_count": topic_count,
        "topics_csv_url": view.url("trends-csv", "topics"),
        "milestones": _milestones(counts, asked),
        "milestone_count": len(asked),
        "milestones_note": _milestones_note(counts, asked),
        "milestones_csv_url": view.url("trends-csv", "milestones"),
        "weeks_url": view.url("trends-panel", "weeks"),
    }


def _topics(rows: Sequence[TopicRow]) -> tuple[Bar, ...]:
    most = max((row.tally.asks for row in rows), default=0)
    return tuple(
        Bar(
            label=row.title,
            label_url=row.url,
            value_label=f"{row.tally.asks:,}",
            share=share(row.tally.asks, most),
            note=f"{'pinned, ' if row.is_pinned else ''}{row.tally.this_week or 'none'} this week",
            part=share(row.tally.this_week, most),
        )
        for row in rows
    )


def _milestones(counts: TrendCounts, rows: Sequence[_Row]) -> tuple[Bar, ...]:
    """Those with a rate. Where none has one, as in a single group of three, how often each was asked about."""
    rated = [row for row in rows if row[1].rate is not None]
    values = [rate.rate or 0 if rated else rate.asks.count for _, rate in rated or rows]
    return tuple(
        Bar(
            label=counts.view.milestones[milestone],
            label_url=counts.view.url("trends", milestone=milestone),
            value_label=rate.label if rated else rate.asks.label,
            share=share(value, values[0]),
            note=rate.note,
        )
        for (milestone, rate), value in list(zip(rated or rows, values, strict=True))[:ROWS_SHOWN]
    )


def _milestones_note(counts: TrendCounts, rows: Sequence[_Row]) -> str:
    without = [row for row in rows if row[1].rate is None]
    if without and without == list(rows):
        return f"Asks. {no_rate_label(rate for _, rate in without).capitalize()}."
    notes = ["Asks per student who had begun the milestone."] if rows else []
    if without:
        names = [counts.view.milestones[milestone] for milestone, _ in without]
        notes.append(f"{', '.join(names)}: {no_rate_label(rate for _, rate in without)}.")
    return " ".join([*notes, others_label(rate for _, rate in rows)]).strip()
