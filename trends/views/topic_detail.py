from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in
from trends.access.topics import topic_to_read
from trends.dashboards import topic_detail as dashboard


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@require_safe
def topic_detail(request: HtmxRequest, topic_id: int) -> HttpResponse:
    """A topic: its questions, when and where they were asked, what became of it. A merged one leads to the other."""
    now = timezone.now()
    access = topic_to_read(signed_in(request), topic_id, now)
    if access.topic.merged_into is not None:
        return redirect(access.topic.merged_into)
    if access.topic.pk != topic_id:
        return redirect(access.topic)
    topic = dashboard.topic_detail(access=access, now=now, page_number=request.GET.get("page"))
    context = {"course": access.trends.course, "topic": topic}
    return render(request, "trends/topic_detail.html", context)
