from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from groups.access import course_to_administer
from groups.tabs import course_tabs
from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in
from trends.access.trends import trends_access
from trends.actions.topics import Refreshed, refresh_topics
from trends.dashboards import topic_list as dashboard

# Questions placed while somebody waits: a second or two. The others are placed in the background.
_MOST_PLACED = 200


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@require_safe
def topic_list(request: HtmxRequest, slug: str) -> HttpResponse:
    """What is asked again and again? All of the course for its admins, their own groups for mentors."""
    now = timezone.now()
    access = trends_access(signed_in(request), slug, now)
    context = {
        "course": access.course,
        "listed": dashboard.topic_list(access=access, now=now, address=request.GET),
        "tabs": course_tabs(access.course, "Trends") if access.is_course_admin else (),
    }
    return render(request, "trends/topic_list.html", context)


@audience(Audience.COURSE_ADMIN)
@require_POST
def topic_refresh(request: HtmxRequest, slug: str) -> HttpResponse:
    """Place questions that wait now, rather than within the next minutes."""
    now = timezone.now()
    course = course_to_administer(signed_in(request), slug, now)
    done = refresh_topics(course=course, at=now, limit=_MOST_PLACED)
    messages.success(request, _told(done))
    return redirect("trends:topic-list", slug=course.slug)


def _told(done: Refreshed) -> str:
    if not done.looked_at:
        return "No question was waiting: the topics are up to date."
    looked_at = "1 question was" if done.looked_at == 1 else f"{done.looked_at} questions were"
    placed = f"{done.placed or 'none'} of them in a topic now"
    rest = f" {done.waiting} more follow in the background." if done.waiting else ""
    return f"{looked_at} looked at, {placed}.{rest}"
