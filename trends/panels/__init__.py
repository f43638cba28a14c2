"""The trends of a course: what is asked, where, how often, and how long it waits, under the filters of the address.

A panel is a module here with a PANEL: its figures and its chart.

    access = trends_access(user, slug, now)
    trends = read_trends(TrendCounts(trend_view(access, request.GET)))
"""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from lib.text import joined
from lib.weeks import monday_of
from trends.counts import TrendCounts, TrendView
from trends.counts.view import filter_labels, period_label
from trends.panels import answers, categories, cohorts, materials, milestones, weeks
from trends.panels.head import trend_head
from trends.panels.overview import overview
from trends.panels.panel import Panel

# In the order of the page.
_MODULES = (milestones, cohorts, categories, answers, materials, weeks)
PANELS: dict[str, Panel] = {module.PANEL.name: module.PANEL for module in _MODULES}
# Periods in weeks, including the current week.
_PERIODS = ((1, "This week"), (4, "4 weeks"), (12, "12 weeks"), (None, "All time"))


def read_trends(counts: TrendCounts) -> dict[str, Any]:
    """Return the trends of a course as the reader of the view may see them. The number of queries is constant.

    `counted_at` is None if everything was counted just now. `is_narrowed`: other filters are set than the period.
    `most_asked` is the milestone that is asked about most per student. `overview` is None if nothing was asked in this
    view; what was said of materials all the same is at `materials_url`.
    """
    view, is_admin, is_asked = counts.view, counts.view.access.is_course_admin, bool(counts.asks.total)
    rates = milestones.milestone_rates(counts) if is_asked else {}
    has_materials = is_admin and not is_asked and counts.opinions
    return {
        "course": view.course,
        "is_whole_course": is_admin,
        "scope_label": joined(view.access.group_names),
        "period_label": period_label(view),
        "counted_at": counts.summary.counted_at if counts.summary else None,
        "form": view.form,
        "filters": view.filters,
        "filter_labels": filter_labels(view),
        "periods": _periods(view),
        "is_narrowed": bool(view.form.errors) or replace(view.filters, since=None, until=None).are_set,
        "head": trend_head(counts),
        "most_asked": milestones.most_asked(rates) if is_asked else None,
        "overview": overview(counts, PANELS.values(), rates) if is_asked else None,
        "materials_url": view.url("trends-panel", "materials") if has_materials else "",
    }


def _periods(view: TrendView) -> list[tuple[str, date | None, bool]]:
    """The name of each period, its first Monday, and whether it is the one that is shown."""
    monday = monday_of(view.latest_today)
    firsts = [(label, monday - timedelta(weeks=weeks - 1) if weeks else None) for weeks, label in _PERIODS]
    return [(label, first, view.span.first == first and view.span.last is None) for label, first in firsts]
