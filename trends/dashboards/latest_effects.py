"""The changes of the material that were made last, and whether each helped, as two rates on one scale."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from courses.models import Course
from questions.models import MaterialChange
from trends.charts.scale import share, ticks
from trends.dashboards.effects import effects_of
from trends.effects import Effect, Side
from trends.effects.interval import poisson_limits

CHANGES_SHOWN = 2
# The width of the scale in percent of the drawing. The labels are beside it.
_SCALE = 70


@dataclass(frozen=True, slots=True)
class SideDrawn:
    """A rate on the scale with its 95 % interval, in percent of the drawing. `x` is None without a rate."""

    label: str
    x: float | None = None
    low_x: float = 0
    high_x: float = 0


@dataclass(frozen=True, slots=True)
class ChangeEffect:
    change: MaterialChange
    summary: str
    exposure: str
    left_out: str
    before: SideDrawn
    after: SideDrawn


@dataclass(frozen=True, slots=True)
class LatestEffects:
    rows: tuple[ChangeEffect, ...]
    # The numbers of the scale, each with its position in percent of the drawing.
    scale: tuple[tuple[str, float], ...]


def latest_changes(course: Course) -> tuple[MaterialChange, ...]:
    return tuple(course.material_changes.order_by("-changed_on", "-pk")[:CHANGES_SHOWN])


def latest_effects(course: Course, now: datetime) -> LatestEffects:
    changes = latest_changes(course)
    effects = effects_of(changes, now)
    shown = [effects[change.pk].together for change in changes]
    limits = [_limits(side)[1] for of in shown for side in (of.before, of.after) if side.rate is not None]
    steps = ticks(max(limits, default=0), is_whole=False)
    top = steps[-1].value
    return LatestEffects(
        rows=tuple(_row(change, effects[change.pk], top) for change in changes),
        scale=tuple((step.label, _x(step.value, top)) for step in steps),
    )


def _row(change: MaterialChange, effect: Effect, top: float) -> ChangeEffect:
    before, after = effect.together.before, effect.together.after
    return ChangeEffect(
        change=change,
        summary=effect.summary,
        exposure=f"{_asked(before)} before, {_asked(after)} after",
        left_out=effect.left_out,
        before=_drawn(before, top, "before"),
        after=_drawn(after, top, "after"),
    )


def _asked(side: Side) -> str:
    return f"{side.asks:,} in {side.weeks:,} student-weeks"


def _limits(side: Side) -> Sequence[float]:
    return [limit / side.weeks for limit in poisson_limits(side.asks)]


def _drawn(side: Side, top: float, name: str) -> SideDrawn:
    if side.rate is None:
        return SideDrawn(f"no rate {name}")
    low, high = _limits(side)
    return SideDrawn(f"{side.rate:.2f} {name}", _x(side.rate, top), _x(low, top), _x(high, top))


def _x(rate: float, top: float) -> float:
    return round(share(rate, top) * _SCALE / 100, 2)
