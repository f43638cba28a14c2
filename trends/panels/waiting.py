from collections.abc import Iterator
from dataclasses import dataclass

from questions.models import Question
from trends.charts.bars import Bar
from trends.charts.scale import share
from trends.counts import TrendCounts
from trends.counts.waits import AGES, TOO_LONG
from trends.panels.links import OPEN_TODAY, Number, count_label
from trends.panels.panel import CsvRow, Panel


@dataclass(frozen=True, slots=True)
class AgeBucket:
    """Questions of one range of ages. `is_too_long`: over `TOO_LONG`."""

    label: str
    open: Number
    is_too_long: bool


@dataclass(frozen=True, slots=True)
class OpenQuestions:
    """Questions open or for follow-up today. The oldest, with their age in days, are those that this reader may see."""

    count: int
    bars: tuple[Bar, ...]
    oldest: tuple[tuple[Question, int], ...]


def open_questions(counts: TrendCounts) -> OpenQuestions:
    view, waits = counts.view, counts.waits
    ages = age_buckets(counts)
    most = max(bucket.open.count for bucket in ages)
    return OpenQuestions(
        count=waits.ages.total(),
        bars=tuple(
            Bar(
                label=bucket.label,
                value_label=bucket.open.label,
                share=share(bucket.open.count, most),
                url=bucket.open.url,
                note="too long" if bucket.is_too_long and bucket.open.count else "",
            )
            for bucket in ages
        ),
        oldest=tuple((question, (view.now - question.asked_at).days) for question in waits.oldest),
    )


def age_buckets(counts: TrendCounts) -> tuple[AgeBucket, ...]:
    view, bounds = counts.view, (0, *AGES)
    buckets = []
    for n, first in enumerate(bounds):
        last = bounds[n + 1] - 1 if n + 1 < len(bounds) else None
        age = {"open_from": first or None, "open_to": last}
        number = Number.of(counts.waits.ages[first], view, **OPEN_TODAY, **age)
        buckets.append(AgeBucket(_age_label(first, last), number, first >= TOO_LONG.days))
    if undated := counts.waits.ages[None]:
        number = Number.of(undated, view, **OPEN_TODAY, undated=True)
        buckets.append(AgeBucket("no date", number, is_too_long=False))
    return tuple(buckets)


def _age_label(first: int, last: int | None) -> str:
    if last is None:
        return f"{first} days or more"
    if first == 0:
        return "less than a day" if last == 0 else f"up to {last} days"
    return f"{first} to {last} days" if last > first else f"{first} day{'' if first == 1 else 's'}"


def _finding(counts: TrendCounts) -> str:
    waits = counts.waits
    if not waits.ages.total():
        return "Nothing is open."
    limit = count_label(TOO_LONG.days, "day")
    if not waits.too_long:
        return f"None of {waits.ages.total():,} has been open longer than {limit}."
    return f"{waits.too_long:,} of {waits.ages.total():,} open longer than {limit}."


def _csv_rows(counts: TrendCounts) -> Iterator[CsvRow]:
    for bucket in age_buckets(counts):
        yield bucket.label, bucket.open.count, bucket.is_too_long


PANEL = Panel(
    name="waiting",
    position=9,
    title="Open, and how old",
    template="trends/_trends_waiting.html",
    finding=_finding,
    content=open_questions,
    csv_columns=("Asked", "Open", "Too long"),
    csv_rows=_csv_rows,
)
