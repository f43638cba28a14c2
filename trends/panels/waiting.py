from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.urls import reverse

from trends.charts.bars import Bar
from trends.charts.scale import share
from trends.counts import TrendCounts
from trends.counts.waits import AGES
from trends.panels.links import questions_url
from trends.panels.panel import CsvRow, Panel


@dataclass(frozen=True, slots=True)
class AgeBucket:
    """Questions of one range of ages. `is_too_long`: over the course's `question_open_days`."""

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
class OpenQuestions:
    """Questions open or for follow-up today. The oldest are those that this reader may see."""

    count: int
    buckets: tuple[AgeBucket, ...]
    bars: tuple[Bar, ...]
    oldest: tuple[OldestQuestion, ...]


def open_questions(counts: TrendCounts) -> OpenQuestions:
    view, waits = counts.view, counts.waits
    buckets = _buckets(counts)
    most = max(bucket.count for bucket in buckets)
    return OpenQuestions(
        count=waits.ages.total(),
        buckets=buckets,
        bars=tuple(
            Bar(
                label=bucket.label,
                value_label=f"{bucket.count:,}",
                share=share(bucket.count, most),
                url=questions_url(bucket.query),
                note="too long" if bucket.is_too_long and bucket.count else "",
            )
            for bucket in buckets
        ),
        oldest=tuple(
            OldestQuestion(
                row.title,
                reverse("questions:question-detail", args=[row.id]),
                (view.now - row.asked_at) // timedelta(days=1),
            )
            for row in waits.oldest
        ),
    )


def _buckets(counts: TrendCounts) -> tuple[AgeBucket, ...]:
    view, bounds = counts.view, (0, *AGES)
    buckets = []
    for n, first in enumerate(bounds):
        last = bounds[n + 1] - 1 if n + 1 < len(bounds) else None
        count = counts.waits.ages[first]
        drill = view.drill_of_open(open_from=first or None, open_to=last)
        is_too_long = first >= view.course.question_open_days
        buckets.append(AgeBucket(_age_label(first, last), count, is_too_long, drill.query if count else ""))
    return tuple(buckets)


def _age_label(first: int, last: int | None) -> str:
    if last is None:
        return f"{first} days or more"
    if first == 0:
        return "less than a day" if last == 0 else f"up to {last} days"
    return f"{first} to {last} days" if last > first else f"{first} day{'' if first == 1 else 's'}"


def _csv_rows(counts: TrendCounts) -> Iterator[CsvRow]:
    for bucket in _buckets(counts):
        yield bucket.label, bucket.count, bucket.is_too_long


WAITING = Panel(
    name="waiting",
    title="Open questions by age",
    note="today",
    template="trends/_trends_waiting.html",
    content=open_questions,
    csv_columns=("Asked", "Open", "Too long"),
    csv_rows=_csv_rows,
)
