"""The trends of a course: what is asked, where, how often, and how long it waits, under the filters of the address.

`figures` has what `trends` returns. A view fetches the course with what the filters offer, and hands both in:

    access = trends_access(user, slug, now, courses=courses_with_choices(request.GET))
    found = trends(access=access, address=request.GET)

Asks and students of a course are read from its tallies (`trends.models.tally`), those of a few groups one by one.
"""

from datetime import date, timedelta

from django.http import QueryDict

from lib.days import day_range_label
from lib.weeks import monday_of
from trends.access.trends import TrendsAccess
from trends.panels.answering import waits
from trends.panels.asking import ask_counts
from trends.panels.comparing import compared_cohorts, comparison, head
from trends.panels.figures import PeriodLink, Trends
from trends.panels.panels import asks_by_week, categories, counted, materials, rates
from trends.panels.studying import students
from trends.panels.topics import topics_panel
from trends.panels.view import TrendView, courses_with_choices, trend_view
from trends.panels.waiting import answer_times, unanswerable, waiting

__all__ = ["courses_with_choices", "trends"]

# Periods to jump to, in weeks, this one included.
_PERIODS = ((1, "This week"), (4, "4 weeks"), (12, "12 weeks"), (None, "All time"))


def trends(*, access: TrendsAccess, address: QueryDict, weeks_shown: int | None = None) -> Trends:
    """Return the trends of a course as this person may see them. Eight queries, however much was asked.

    Args:
        weeks_shown: how many of the latest weeks the asks by week have; a year by default.
    """
    view = trend_view(access, address)
    compared = compared_cohorts(view)
    counts = ask_counts(view, frozenset(compared.spans))
    people = students(view, compared.spans)
    questions = waits(view)
    asks = counted(counts.categories.total(), view.drill)
    return Trends(
        course=view.course,
        is_whole_course=access.is_course_admin,
        scope_words=_scope_words(access),
        period_words=_period_words(view),
        today=_today(view),
        form=view.form,
        filters=view.filters,
        query=view.filters.query,
        periods=_periods(view),
        head=head(view, compared, counts, people, questions, asks),
        weeks=asks_by_week(view, counts, weeks_shown) if weeks_shown else asks_by_week(view, counts),
        rates=rates(view, counts, people),
        comparison=comparison(view, compared, counts, people),
        materials=materials(view, counts),
        categories=categories(view, counts),
        answers=answer_times(view, questions),
        waiting=waiting(view, questions),
        unanswerable=unanswerable(view, questions),
        topics=topics_panel(view),
    )


def _scope_words(access: TrendsAccess) -> str:
    if access.is_course_admin:
        return "the whole course"
    return f"what {_and(access.group_names)} asked"


def _and(names: tuple[str, ...]) -> str:
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)


def _today(view: TrendView) -> date:
    return max((view.today(run) for run in view.runs), default=view.now.date())


def _period_words(view: TrendView) -> str:
    span, today = view.span, _today(view)
    if span.first and span.ends_before:
        return day_range_label(span.first, span.ends_before - timedelta(days=1), today)
    if span.first:
        return f"since {day_range_label(span.first, span.first, today)}"
    if span.ends_before:
        last = span.ends_before - timedelta(days=1)
        return f"until {day_range_label(last, last, today)}"
    return "all time"


def _periods(view: TrendView) -> tuple[PeriodLink, ...]:
    monday = monday_of(_today(view))
    links = []
    for weeks, label in _PERIODS:
        since = monday - timedelta(weeks=weeks - 1) if weeks else None
        is_current = view.span.first == since and view.span.last is None
        links.append(PeriodLink(label, view.filters.narrowed(since=since, until=None), is_current))
    return tuple(links)
