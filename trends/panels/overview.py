"""The overview: when questions are asked, a finding per panel. For course admins: what to rewrite, what was changed."""

from collections.abc import Iterable
from typing import Any

from courses.models import Course
from questions.models import MaterialChange
from questions.models.topic import topics_to_improve
from trends.counts import TrendCounts
from trends.panels.panel import Panel
from trends.panels.weeks import run_weeks

TOPICS_SHOWN = 3
CHANGES_SHOWN = 2


def latest_changes(course: Course) -> tuple[MaterialChange, ...]:
    return tuple(course.material_changes.order_by("-changed_on", "-pk")[:CHANGES_SHOWN])


def overview(counts: TrendCounts, panels: Iterable[Panel]) -> dict[str, Any]:
    """`findings`: of each panel that is closed, with the sentence that it has, and its address."""
    view = counts.view
    found = ((panel, panel.finding(counts)) for panel in panels)
    shown: dict[str, Any] = {
        "weeks": run_weeks(counts),
        "weeks_url": view.url("trends-panel", "weeks"),
        "csv_url": view.url("trends-csv"),
        "findings": [
            (panel, sentence, view.url("trends-panel", panel.name)) for panel, sentence in found if sentence
        ],
    }
    if not view.access.is_course_admin:
        return shown
    return shown | {
        "to_improve": topics_to_improve(view.course, view.now, most=TOPICS_SHOWN),
        "changes": latest_changes(view.course),
        "change_count": view.course.material_changes.count(),
    }
