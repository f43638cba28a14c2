from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from groups.tabs import course_tabs
from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in
from trends import panels as dashboard
from trends.access.trends import trends_access
from trends.figures import FEWEST_STUDENTS
from trends.panels.figures import Trends
from trends.panels_page.charts import charts
from trends.panels_page.said import said

# Those behind a summary: it stands open when the address says something of one, right or wrong.
MORE_FILTERS = ("since", "until", "material", "category", "group")
# Beside a topic, the latest first; its page has them all.
CHANGES_SHOWN = 2


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@require_safe
def trends(request: HtmxRequest, slug: str) -> HttpResponse:
    """What is asked, and did rewriting help? All of the course for its admins, their own groups for mentors."""
    courses = dashboard.courses_with_choices(request.GET)
    access = trends_access(signed_in(request), slug, timezone.now(), courses=courses)
    found = dashboard.trends(access=access, address=request.GET)
    context = {
        "trends": found,
        "charts": charts(found),
        "said": said(found),
        "has_more_filters": any(request.GET.get(name) for name in MORE_FILTERS),
        "fewest": FEWEST_STUDENTS,
        "list_url": reverse("trends:asked"),
        "effects_url": _effects_url(found) if access.is_course_admin else "",
        "tabs": course_tabs(access.course, "Trends") if access.is_course_admin else (),
    }
    return render(request, "trends/trends.html", context)


def _effects_url(found: Trends) -> str:
    """Where to ask whether the changes beside the topics helped; "" without one."""
    pairs = [f"{row.id}-{change.id}" for row in found.topics.rows for change in row.changes[:CHANGES_SHOWN]]
    url = reverse("trends:trends-effects", args=[found.course.slug])
    return f"{url}?{urlencode([('change', pair) for pair in pairs])}" if pairs else ""
