"""The figures of an effect as table rows, with a link from each count to its questions. No query."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from trends.charts.rates import Measured, RateLine, rate_line
from trends.effects import CohortEffect, Effect, RateComparison, Side, comparison_summary, interval_label
from trends.effects.drawing import Drawing, ScaleMark, drawing, scale_marks
from trends.effects.effect import Timing
from trends.effects.interval import poisson_limits
from trends.effects.labels import number_label
from trends.figures import rate_label


@dataclass(frozen=True, slots=True)
class SideShown:
    """One side in words. `url` leads to the questions of all its asks, and is empty if nothing was asked."""

    # e.g. "12 asks", or "10 of 12 asks" where some are left out.
    label: str
    asks: int
    students: int
    weeks: int
    rate: str
    # Why there is no rate, if dates are missing.
    no_dates: str
    url: str


@dataclass(frozen=True, slots=True)
class ComparisonShown:
    name: str
    about: str
    before: SideShown
    after: SideShown
    ratio: str
    interval: str
    drawing: Drawing | None
    summary: str


@dataclass(frozen=True, slots=True)
class CohortShown:
    title: str
    timing: str
    before: SideShown
    after: SideShown
    summary: str


@dataclass(frozen=True, slots=True)
class EffectShown:
    summary: str
    # Who is left out of it, with their asks.
    left_out: str
    comparisons: tuple[ComparisonShown, ...]
    cohorts: tuple[CohortShown, ...]
    marks: tuple[ScaleMark, ...]
    chart: RateLine | None

    @property
    def has_drawing(self) -> bool:
        return any(row.drawing for row in self.comparisons)

    @property
    def says_more(self) -> bool:
        """Whether the rows say more than the summary above them does."""
        return any(row.ratio or row.summary != self.summary for row in self.comparisons)


def effect_shown(change_id: int, effect: Effect) -> EffectShown:
    return EffectShown(
        summary=effect.summary,
        left_out=effect.left_out,
        comparisons=tuple(_comparisons(change_id, effect)),
        cohorts=tuple(
            CohortShown(
                title=row.title,
                timing=row.timing.value,
                before=_side(row.before, change_id, "before", [row]),
                after=_side(row.after, change_id, "after", [row]),
                summary=row.summary,
            )
            for row in effect.cohorts
        ),
        marks=scale_marks(),
        chart=_chart(change_id, effect.cohorts),
    )


def _chart(change_id: int, cohorts: Iterable[CohortEffect]) -> RateLine | None:
    """The rates of the cohorts before the change, then those after it. None while one side has no rate.

    A cohort that was running is on both sides.
    """
    before = [_measured(row, row.before, change_id, "before") for row in cohorts if row.before.weeks]
    after = [_measured(row, row.after, change_id, "after") for row in cohorts if row.after.weeks]
    if any(all(point.rate is None for point in side) for side in (before, after)):
        return None
    return rate_line(before + after, mark_before=len(before))


def _measured(row: CohortEffect, side: Side, change_id: int, name: str) -> Measured:
    shown = _side(side, change_id, name, [row])
    if side.rate is None:
        return Measured(row.title, None)
    low, high = (limit / side.weeks for limit in poisson_limits(side.asks))
    return Measured(row.title, side.rate, low, high, shown.rate, shown.url)


def _comparisons(change_id: int, effect: Effect) -> Iterator[ComparisonShown]:
    # If only one of the two exists, it is shown once.
    if effect.together not in (effect.within, effect.across):
        yield _comparison(
            "All together",
            "everyone before the change and everyone after it",
            effect.together,
            change_id,
            effect.cohorts,
            effect.cohorts,
        )
    if effect.within is not None:
        running = [row for row in effect.cohorts if row.timing is Timing.RUNNING]
        about = f"{_names(running)}, before and after"
        yield _comparison("The same cohort", about, effect.within, change_id, running, running)
    if effect.across is not None:
        earlier = [row for row in effect.cohorts if row.is_earlier]
        later = [row for row in effect.cohorts if row.is_later]
        about = f"{_names(earlier)} before, {_names(later)} after"
        yield _comparison("Earlier and later cohorts", about, effect.across, change_id, earlier, later)


def _names(rows: Iterable[CohortEffect]) -> str:
    return ", ".join(row.title for row in rows)


def _comparison(
    name: str,
    about: str,
    comparison: RateComparison,
    change_id: int,
    before: Iterable[CohortEffect],
    after: Iterable[CohortEffect],
) -> ComparisonShown:
    ratio = comparison.ratio if comparison.has_ratio else None
    return ComparisonShown(
        name=name,
        about=about,
        before=_side(comparison.before, change_id, "before", before),
        after=_side(comparison.after, change_id, "after", after),
        ratio=number_label(ratio.ratio) if ratio else "",
        interval=interval_label(ratio) if ratio else "",
        drawing=drawing(ratio) if ratio else None,
        summary=comparison_summary(comparison),
    )


def _side(side: Side, change_id: int, name: str, cohorts: Iterable[CohortEffect]) -> SideShown:
    query = urlencode([("side", name), *(("cohort", row.id) for row in cohorts)])
    url = f"{reverse('trends:change-asks', args=[change_id])}?{query}"
    part = "" if side.asks == side.all_asks else f"{side.asks:,} of "
    return SideShown(
        label=f"{part}{side.all_asks:,} ask{'' if side.all_asks == 1 else 's'}",
        asks=side.asks,
        students=side.students,
        weeks=side.weeks,
        rate="" if side.rate is None else f"{side.rate:.2f}",
        no_dates=rate_label(None, side.students, side.undated) if side.rate is None and side.undated else "",
        url=url if side.all_asks else "",
    )
