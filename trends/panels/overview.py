"""The overview: the milestones, a finding per panel, and for course admins what was changed."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Count, Window

from courses.models import Course
from trends.counts import TrendCounts
from trends.panels import milestones
from trends.panels.panel import Panel
from trends.panels.rates import AskRate

CHANGES_SHOWN = 4


def latest_changes(course: Course) -> tuple[Any, ...]:
    """Each with `of_all`, the number of all changes of the course."""
    changes = course.material_changes.annotate(of_all=Window(Count("pk")))
    return tuple(changes.order_by("-changed_on", "-pk")[:CHANGES_SHOWN])


def overview(counts: TrendCounts, panels: Iterable[Panel], rates: Mapping[int, AskRate]) -> dict[str, Any]:
    """Return the parts of the page above what is opened on demand.

    `milestones` are bars of their rates. `findings`: of each panel that is closed, with the sentence that it has, and
    its address.
    """
    view = counts.view
    found = ((panel, panel.finding(counts)) for panel in panels if panel is not milestones.PANEL)
    shown: dict[str, Any] = {
        "milestones": milestones.rate_bars(counts, rates),
        "milestones_url": view.url("trends-panel", milestones.PANEL.name),
        "csv_url": view.url("trends-csv"),
        "findings": [
            (panel, sentence, view.url("trends-panel", panel.name)) for panel, sentence in found if sentence
        ],
    }
    if not view.access.is_course_admin:
        return shown
    changes = latest_changes(view.course)
    return shown | {"changes": changes, "change_count": changes[0].of_all if changes else 0}
