"""The trends of a course: what is asked, where, how often, and how long it waits, under the filters of the address.

A panel is a module here with a PANEL: its figures, its chart, its CSV.

    access = trends_access(user, slug, now)
    trends = read_trends(TrendCounts(trend_view(access, request.GET)))
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from courses.models import Course
from lib.days import day_range_label
from lib.weeks import monday_of
from trends.access.trends import TrendsAccess
from trends.counts import TrendCounts, TrendView
from trends.forms.trend_filters import TrendFilterForm, TrendFilters
from trends.panels.filter_labels import filter_labels
from trends.panels.head import TrendHead, trend_head
from trends.panels.links import csv_url, panel_url, trends_url
from trends.panels.overview import Overview, overview
from trends.panels.own_groups import OwnGroups, own_groups
from trends.panels.panel import Panel


def _panels() -> list[Panel]:
    """The PANEL of each module here, in the order of the page."""
    modules = (import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__))
    panels: list[Panel] = [module.PANEL for module in modules if hasattr(module, "PANEL")]
    return sorted(panels, key=lambda panel: panel.position)


PANELS = {panel.name: panel for panel in _panels()}
# Periods in weeks, including the current week.
_PERIODS = ((1, "This week"), (4, "4 weeks"), (12, "12 weeks"), (None, "All time"))


@dataclass(frozen=True, slots=True)
class PeriodLink:
    label: str
    url: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class ShownPanel:
    panel: Panel
    view: TrendView
    # None if nothing was asked, or if there are no cohorts to compare.
    content: Any
    is_asked: bool
    finding: str
    period_label: str
    filter_labels: tuple[str, ...]
    trends_url: str
    csv_url: str


@dataclass(frozen=True, slots=True)
class Trends:
    course: Course
    is_whole_course: bool
    scope_label: str
    period_label: str
    # None: everything was counted just now.
    counted_at: datetime | None
    form: TrendFilterForm
    filters: TrendFilters
    filter_labels: tuple[str, ...]
    periods: tuple[PeriodLink, ...]
    # Whether other filters are set than the period.
    is_narrowed: bool
    head: TrendHead
    # For course admins, and for mentors. None if nothing was asked in this view.
    overview: Overview | None
    own_groups: OwnGroups | None
    # Where nothing was asked, the address of what was said of materials all the same, if anything was.
    materials_url: str


def read_trends(counts: TrendCounts) -> Trends:
    """Return the trends of a course as the reader of the view may see them. The number of queries is constant."""
    view, is_admin, is_asked = counts.view, counts.view.access.is_course_admin, bool(counts.asks.total)
    return Trends(
        course=view.course,
        is_whole_course=is_admin,
        scope_label=_scope_label(view.access),
        period_label=_period_label(view),
        counted_at=view.summary.counted_at if view.summary else None,
        form=view.form,
        filters=view.filters,
        filter_labels=filter_labels(view),
        periods=_periods(view),
        is_narrowed=bool(view.form.errors) or replace(view.filters, since=None, until=None).are_set,
        head=trend_head(counts),
        overview=overview(counts, list(PANELS.values())) if is_admin and is_asked else None,
        own_groups=own_groups(counts) if is_asked and not is_admin else None,
        materials_url=panel_url(view, "materials") if is_admin and not is_asked and counts.opinions else "",
    )


def read_panel(counts: TrendCounts, panel: Panel) -> ShownPanel:
    view = counts.view
    is_asked = bool(counts.asks.total) or not panel.needs_asks
    content = panel.content(counts) if is_asked else None
    return ShownPanel(
        panel=panel,
        view=view,
        content=content,
        is_asked=is_asked,
        finding=panel.finding(counts) if content else "",
        period_label=_period_label(view),
        filter_labels=filter_labels(view),
        trends_url=trends_url(view),
        csv_url=csv_url(view, panel.name),
    )


def _scope_label(access: TrendsAccess) -> str:
    """The groups of a mentor, "" for the whole course."""
    names = access.group_names
    if not names:
        return ""
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)


def _period_label(view: TrendView) -> str:
    span, today = view.span, view.latest_today
    if span.first and span.ends_before:
        return day_range_label(span.first, span.ends_before - timedelta(days=1), today)
    if span.first:
        return f"since {day_range_label(span.first, span.first, today)}"
    if span.ends_before:
        last = span.ends_before - timedelta(days=1)
        return f"until {day_range_label(last, last, today)}"
    return "all time"


def _periods(view: TrendView) -> tuple[PeriodLink, ...]:
    monday = monday_of(view.latest_today)
    links = []
    for weeks, label in _PERIODS:
        since = monday - timedelta(weeks=weeks - 1) if weeks else None
        is_current = view.span.first == since and view.span.last is None
        links.append(PeriodLink(label, trends_url(view, since=since, until=None), is_current))
    return tuple(links)


def file_name(view: TrendView, panel: Panel) -> str:
    name = " ".join((view.course.title, panel.name, *filter_labels(view), _period_label(view)))
    kept = "".join(letter if letter.isalnum() or letter in " -_." else " " for letter in name)
    return " ".join(kept.split())[:120].strip(" .")
