"""Effects: two bars with a sentence, and rows of figures, each with the list of its questions."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.urls import reverse

from lib.weeks import monday_of
from questions.models import MaterialChange
from trends.charts import share
from trends.effects.comparison import RateComparison, Side
from trends.effects.effect import CohortEffect, Effect, Timing
from trends.effects.labels import (
    asked_sentence,
    comparison_summary,
    interval_label,
    number_label,
)

# A name, what is compared, the two rates, and the cohorts before and after.
type _Comparison = tuple[str, str, RateComparison, Sequence[CohortEffect], Sequence[CohortEffect]]


@dataclass(frozen=True, slots=True)
class Judged:
    """Whether a change helped, in a sentence; `bars` are the rates before it and since, each with its times asked.

    `bars` is empty while there is no ratio of the rates. `share` is a percentage of the longer bar.
    """

    change: MaterialChange
    effect: Effect
    sentence: str
    bars: tuple[tuple[str, int, float], ...]
    ratio: str
    interval: tuple[str, str]


def judged(change: MaterialChange, effect: Effect) -> Judged:
    of = effect.together
    before, after, ratio = of.before, of.after, of.ratio if of.has_ratio else None
    most = max(before.rate or 0, after.rate or 0)
    bars = tuple(
        (name, side.asks, share(side.rate, most)) for name, side in (("before", before), ("since", after))
    )
    return Judged(
        change=change,
        effect=effect,
        sentence=asked_sentence(of),
        bars=bars if ratio else (),
        ratio=number_label(ratio.ratio) if ratio else "",
        interval=(number_label(ratio.lower), number_label(ratio.upper)) if ratio else ("", ""),
    )


def effect_tables(change: MaterialChange, effect: Effect) -> dict[str, Any]:
    """Return the comparisons and the cohorts of an effect, each with its two sides in figures.

    `says_more`: whether the comparisons say more than the summary above them does, which none of them repeats.
    """
    found = list(_comparisons(effect))
    return {
        "comparisons": [
            {**_row(change, name, about, rates, before, after), **_in_words(rates, above=effect.summary)}
            for name, about, rates, before, after in found
        ],
        "cohorts": [_row(change, row.title, row.timing.value, row, [row], [row]) for row in effect.cohorts],
        "says_more": any(
            rates.has_ratio or comparison_summary(rates) != effect.summary for _, _, rates, *_ in found
        ),
    }


def _comparisons(effect: Effect) -> Iterator[_Comparison]:
    every = effect.cohorts
    # If only one of the two exists, it is shown once.
    if effect.together not in (effect.within, effect.across):
        about = "everyone before the change and everyone after it"
        yield "All together", about, effect.together, every, every
    if effect.within is not None:
        running = [row for row in every if row.timing is Timing.RUNNING]
        about = f"{_names(running)}, before and after"
        yield "The same cohort", about, effect.within, running, running
    if effect.across is not None:
        earlier, later = [row for row in every if row.is_earlier], [row for row in every if row.is_later]
        about = f"{_names(earlier)} before, {_names(later)} after"
        yield "Earlier and later cohorts", about, effect.across, earlier, later


def _names(rows: Iterable[CohortEffect]) -> str:
    return ", ".join(row.title for row in rows)


def _in_words(rates: RateComparison, *, above: str) -> dict[str, str]:
    ratio = rates.ratio if rates.has_ratio else None
    summary = comparison_summary(rates)
    return {
        "ratio": number_label(ratio.ratio) if ratio else "",
        "interval": interval_label(ratio) if ratio else "",
        "summary": "" if summary == above else summary,
    }


def _row(
    change: MaterialChange,
    name: str,
    about: str,
    of: RateComparison | CohortEffect,
    before: Iterable[CohortEffect],
    after: Iterable[CohortEffect],
) -> dict[str, Any]:
    """`sides` have the list of the questions of all their asks, "" if nothing was asked."""
    week = monday_of(change.changed_on)

    def side(name: str, of: Side, cohorts: Iterable[CohortEffect], **weeks: object) -> tuple[str, Side, str]:
        query = {"change": change.pk, "cohort": [row.id for row in cohorts], **weeks}
        url = reverse("trends:question-list", args=[change.course.slug], query=query)
        return name, of, url if of.all_asks else ""

    sides = [
        side("Before", of.before, before, until=week - timedelta(days=1)),
        side("After", of.after, after, since=week + timedelta(days=7)),
    ]
    return {"name": name, "about": about, "sides": sides}
