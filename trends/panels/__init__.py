"""The trends of a course: what is asked, where, how often, and how long it waits, under the filters of the address.

A panel is a module here with a PANEL: its figures, its chart, its CSV.

    access = trends_access(user, slug, now)
    trends = read_trends(TrendCounts(trend_view(access, request.GET)))
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from itertools import groupby
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
from trends.panels.links import trends_url
from trends.panels.panel import Panel


def _panels() -> list[Panel]:
    """The PANEL of each module here, in the order of the page."""
    modules = (import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__))
    panels: list[Panel] = [module.PANEL for module in modules if hasattr(module, "PANEL")]
    return sorted(panels, key=lambda panel: (panel.row, panel.position))


PANELS = {panel.name: panel for panel in _panels()}
# What mentors need, by row: what their groups ask most and what waits, then when it was asked.
_OF_MENTORS = (("topics", "waiting"), ("weeks",))
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
    content: Any


@dataclass(frozen=True, slots=True)
class PanelRow:
    panels: tuple[ShownPanel, ...]
    is_wide: bool


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
    head: TrendHead
    # Empty where nothing was asked in this view.
    rows: tuple[PanelRow, ...]


def read_trends(counts: TrendCounts) -> Trends:
    """Return the trends of a course as the reader of the view may see them. The number of queries is constant."""
    view = counts.view
    return Trends(
        course=view.course,
        is_whole_course=view.access.is_course_admin,
        scope_label=_scope_label(view.access),
        period_label=_period_label(view),
        counted_at=view.counted_at,
        form=view.form,
        filters=view.filters,
        filter_labels=filter_labels(view),
        periods=_periods(view),
        head=trend_head(counts),
        rows=tuple(_rows(counts)) if counts.asks.total else (),
    )


def _rows(counts: TrendCounts) -> list[PanelRow]:
    if counts.view.access.is_course_admin:
        chosen = [list(panels) for _, panels in groupby(PANELS.values(), key=lambda panel: panel.row)]
    else:
        chosen = [[PANELS[name] for name in names] for names in _OF_MENTORS]
    shown = ([ShownPanel(panel, panel.content(counts)) for panel in panels] for panels in chosen)
    filled = (tuple(part for part in parts if part.content is not None) for parts in shown)
    rows = [parts for parts in filled if parts]
    return [PanelRow(parts, any(getattr(part.content, "is_wide", False) for part in parts)) for parts in rows]


def _scope_label(access: TrendsAccess) -> str:
    if access.is_course_admin:
        return "the whole course"
    names = access.group_names
    return f"what {' and '.join(part for part in (', '.join(names[:-1]), names[-1]) if part)} asked"


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
