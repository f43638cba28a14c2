"""The overview: the milestones, a finding per panel, and for course admins what was changed."""

from collections.abc import Iterable
from typing import Any

from courses.models import Course
from questions.models import MaterialChange
from trends.counts import TrendCounts
from trends.panels import milestones
from trends.panels.panel import Panel

CHANGES_SHOWN = 4


def latest_changes(course: Course) -> tuple[MaterialChange, ...]:
    return tuple(course.material_changes.order_by("-changed_on", "-pk")[:CHANGES_SHOWN])


def overview(counts: TrendCounts, panels: Iterable[Panel]) -> dict[str, Any]:
    """`findings`: of each panel that is closed, with the sentence that it has, and its address."""
    view = counts.view
    found = ((panel, panel.finding(counts)) for panel in panels if panel is not milestones.PANEL)
    shown: dict[str, Any] = {
        "milestones": milestones.PANEL.content(counts).bars,
        "milestones_url": view.url("trends-panel", milestones.PANEL.name),
        "csv_url": view.url("trends-csv"),
        "findings": [
            (panel, sentence, view.url("trends-panel", panel.name)) for panel, sentence in found if sentence
        ],
    }
    if not view.access.is_course_admin:
        return shown
    return shown | {
        "changes": latest_changes(view.course),
        "change_count": view.course.material_changes.count(),
    }
