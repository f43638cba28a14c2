"""The overview: the milestones, the panels, and for course admins what was changed."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Count, Window

from courses.models import Course
from trends.counts import TrendCounts
from trends.panels import answers, milestones
from trends.panels.panel import Panel
from trends.panels.rates import AskRate

CHANGES_SHOWN = 4


def latest_changes(course: Course) -> tuple[Any, ...]:
    """Each with `of_all`, the number of all changes of the course."""
    changes = course.material_changes.annotate(of_all=Window(Count("pk")))
    return tuple(changes.order_by("-changed_on", "-pk")[:CHANGES_SHOWN])


def overview(counts: TrendCounts, panels: Iterable[Panel], rates: Mapping[int, AskRate]) -> dict[str, Any]:
    """Bars are of the milestones that have a rate; where none has, of all. `panels`: those that find
    something, and no sentence of the head leads to."""
    view, bars = counts.view, milestones.rate_bars(counts, rates)
    with_rate = [bar for bar in bars if bar.share is not None]
    shown: dict[str, Any] = {
        "milestones": with_rate or bars,
        "without_rate": [bar for bar in bars if with_rate and bar.share is None],
        "milestones_url": view.url("trends-panel", milestones.PANEL.name),
        "csv_url": view.url("trends-csv"),
        "panels": [
            (panel, view.url("trends-panel", panel.name))
            for panel in panels
            if panel not in (milestones.PANEL, answers.PANEL) and panel.finding(counts)
        ],
    }
    if not view.access.is_course_admin:
        return shown
    changes = latest_changes(view.course)
    return shown | {"changes": changes, "change_count": changes[0].of_all if changes else 0}
