from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from lib.editing import status_of
from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in
from trends.access.topics import topic_to_change
from trends.actions.topics import TopicError, split_topic
from trends.dashboards.topic_choice import questions_to_split
from trends.forms.topics import SplitForm
from trends.views.topic_told import refused, told


@audience(Audience.COURSE_ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def topic_split(request: HtmxRequest, topic_id: int) -> HttpResponse:
    """Make a topic of its own of some of a topic's questions."""
    now = timezone.now()
    user = signed_in(request)
    topic = topic_to_change(user, topic_id, now)
    posted = request.POST if request.method == "POST" else None
    form = SplitForm(posted, questions=questions_to_split(topic))
    if form.is_valid():
        try:
            made = split_topic(topic=topic, by=user, at=now, **form.cleaned_data)
        except TopicError as error:
            return refused(request, error, topic)
        undo_url = reverse("trends:topic-merge", args=[made.pk])
        return told(request, f"“{made}” is a topic of its own now.", made, undo_url=undo_url, value=topic.pk)
    context = {"topic": topic, "form": form}
    return render(request, "trends/topic_split.html", context, status=status_of(form))
