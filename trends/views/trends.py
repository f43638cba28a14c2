from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from groups.access import course_to_administer
from lib.csv_lines import CONTENT_TYPE, csv_lines
from lib.documents import read_document
from lib.requests import HtmxRequest
from people.access import Audience, audience, download, signed_in
from trends.access.trends import all_trends, trends_access
from trends.counts import TrendCounts, trend_view
from trends.counts.view import filter_labels, period_label
from trends.dashboards.ask_lines import COLUMNS, ask_lines
from trends.dashboards.effect_rows import judged
from trends.dashboards.effects import effects_of
from trends.dashboards.milestone_topics import milestone_topics
from trends.forms.filters import NOTHING
from trends.panels import PANELS, read_trends
from trends.panels.overview import latest_changes


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@require_safe
def trends(request: HtmxRequest, slug: str) -> HttpResponse:
    """Course admins see the whole course, mentors their own groups.

    A milestone in the address is chosen among the others, which stay beside it: no filter.
    """
    access = trends_access(signed_in(request), slug, timezone.now())
    view = trend_view(access, request.GET)
    chosen = view.filters.milestone
    view = replace(view, filters=replace(view.filters, milestone=None))
    counts = TrendCounts(view)
    shown = read_trends(counts)
    milestone = chosen or shown["most_asked"]
    context = {
        "trends": shown,
        "milestone": view.milestones[milestone] if milestone else "",
        "about": milestone_topics(access, milestone, view.now) if milestone else None,
        "alone_url": view.url("question-list", milestone=milestone, topic=NOTHING),
        "most_asked": view.milestones.get(shown["most_asked"], ""),
        "is_empty": not counts.asks.total and not view.filters.are_set and not view.form.errors,
    }
    return render(request, "trends/trends.html", context)


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@require_safe
def trends_panel(request: HtmxRequest, slug: str, panel: str) -> HttpResponse:
    """A panel, on a page of its own."""
    counts = _counts(request, slug)
    if panel not in PANELS:
        raise Http404
    view, of = counts.view, PANELS[panel]
    if view.form.errors:
        return _trends_with_filters(request, slug)
    is_asked = bool(counts.asks.total) or not of.needs_asks
    # None if there are no cohorts to compare, either.
    content = of.content(counts) if is_asked else None
    context = {
        "panel": of,
        "view": view,
        "content": content,
        "empty": of.why_empty(counts) if content is None else None,
        "is_asked": is_asked,
        "finding": "" if content is None else of.finding(counts),
        "period_label": period_label(view),
        "filter_labels": filter_labels(view),
        "trends_url": view.url("trends"),
    }
    return render(request, "trends/trends_panel.html", context)


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@download
@require_safe
def trends_csv(request: HtmxRequest, slug: str) -> HttpResponseBase:
    """Download the times asked, for a spreadsheet."""
    counts = _counts(request, slug)
    view = counts.view
    if view.form.errors:
        return _trends_with_filters(request, slug)
    name = " ".join((view.course.title, *filter_labels(view), period_label(view)))
    kept = "".join(letter if letter.isalnum() or letter in " -_." else " " for letter in name)
    header = content_disposition_header(True, f"{' '.join(kept.split())[:120].strip(' .')}.csv")
    lines = csv_lines(COLUMNS, ask_lines(counts))
    return StreamingHttpResponse(
        lines, content_type=CONTENT_TYPE, headers={"Content-Disposition": header or ""}
    )


def _trends_with_filters(request: HtmxRequest, slug: str) -> HttpResponse:
    """The page of trends shows beside the filter that it is invalid. A file or a panel cannot."""
    return redirect(f"{reverse('trends:trends', args=[slug])}?{request.GET.urlencode()}")


def _counts(request: HtmxRequest, slug: str) -> TrendCounts:
    access = trends_access(signed_in(request), slug, timezone.now())
    return TrendCounts(trend_view(access, request.GET))


@audience(Audience.COURSE_ADMIN)
@require_safe
def trends_effects(request: HtmxRequest, slug: str) -> HttpResponse:
    """Whether the latest changes helped.

    The page of trends loads this separately, because it costs as much as the page itself.
    """
    now = timezone.now()
    course = course_to_administer(signed_in(request), slug, now)
    changes = latest_changes(course)
    effects = effects_of(changes, now)
    rows = [judged(change, effects[change.pk]) for change in changes]
    first = next((row for row in rows if row.bars), None)
    context = {"first": first, "rows": [row for row in rows if row is not first]}
    return render(request, "trends/_trends_effects.html", context)


@audience(Audience.PERSON)
@require_safe
def my_trends(request: HtmxRequest) -> HttpResponse:
    """Redirect to the trends of the course that the user administers or mentors in. With several, list them."""
    courses = [access.course for access in all_trends(signed_in(request), timezone.now())]
    if len(courses) == 1:
        return redirect("trends:trends", courses[0].slug)
    return render(request, "trends/my_trends.html", {"courses": courses})


@audience(Audience.PERSON)
@require_safe
def did_it_help(request: HttpRequest) -> HttpResponse:
    title, html = read_document("did-it-help")
    return render(request, "document.html", {"title": title, "html": html})
