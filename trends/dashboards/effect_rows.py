"""Rows of effects: figures, each with the list of its questions, and two rates on one scale."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.urls import reverse

from lib.weeks import monday_of
from questions.models import MaterialChange
from trends.charts import share, ticks
from trends.effects.comparison import RateComparison, Side
from trends.effects.effect import CohortEffect, Effect, Timing
from trends.effects.interval import poisson_limits
from trends.effects.labels import comparison_summary, interval_label, number_label

# A name, what is compared, the two rates, and the cohorts before and after.
type _Comparison = tuple[str, str, RateComparison, Sequence[CohortEffect], Sequence[CohortEffect]]

# The width of the scale in percent of the drawing. The labels are beside it.
_SCALE = 70


@dataclass(frozen=True, slots=True)
class SideDrawn:
    """A rate on the scale with its 95% interval, in percent of the drawing. `x` is None without a rate."""

    label: str
    x: float | None = None
    low_x: float = 0
    high_x: float = 0


def rates_drawn(
    comparisons: Sequence[RateComparison],
) -> tuple[list[tuple[SideDrawn, SideDrawn]], list[tuple[str, float]]]:
    """Return the two sides of each comparison, drawn on one scale, and the numbers of the scale with their places."""
    sides = [(each.before, each.after) for each in comparisons]
    limits = [_limits(side)[1] for both in sides for side in both if side.rate is not None]
    steps = ticks(max(limits, default=0), is_whole=False)
    top = steps[-1].value
    drawn = [(_drawn(before, top, "before"), _drawn(after, top, "after")) for before, after in sides]
    return drawn, [(step.label, _x(step.value, top)) for step in steps]


def _limits(side: Side) -> Sequence[float]:
    return [limit / side.weeks for limit in poisson_limits(side.asks)]


def _drawn(side: Side, top: float, name: str) -> SideDrawn:
    if side.rate is None:
        return SideDrawn(f"no rate {name}")
    low, high = _limits(side)
    return SideDrawn(f"{side.rate:.2f} {name}", _x(side.rate, top), _x(low, top), _x(high, top))


def _x(rate: float, top: float) -> float:
    return round(share(rate, top) * _SCALE / 100, 2)


def effect_tables(change: MaterialChange, effect: Effect) -> dict[str, Any]:
    """Return the comparisons and the cohorts of an effect, each with its two sides in figures.

    `says_more`: whether the comparisons say more than the summary above them does.
    """
    found = list(_comparisons(effect))
    return {
        "comparisons": [
            {**_row(change, name, about, rates, before, after), **_in_words(rates)}
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


def _in_words(rates: RateComparison) -> dict[str, str]:
    ratio = rates.ratio if rates.has_ratio else None
    return {
        "ratio": number_label(ratio.ratio) if ratio else "",
        "interval": interval_label(ratio) if ratio else "",
        "summary": comparison_summary(rates),
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
        url = reverse("trends:asked", args=[change.course.slug], query=query)
        return name, of, url if of.all_asks else ""

    sides = [
        side("Before", of.before, before, until=week - timedelta(days=1)),
        side("After", of.after, after, since=week + timedelta(days=7)),
    ]
    return {"name": name, "about": about, "sides": sides}
