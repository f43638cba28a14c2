from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in
from trends.access.topics import topic_to_change
from trends.access.trends import trends_access
from trends.actions.topics import TopicError, merge_topics, undo_merge
from trends.dashboards.topic_choice import topic_choice
from trends.forms.topics import ChosenForm, TopicSearchForm
from trends.views.topic_told import refused, told


@audience(Audience.COURSE_ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def topic_merge(request: HtmxRequest, topic_id: int) -> HttpResponse:
    """Find the topic that this one belongs to, look at both, and merge them."""
    now = timezone.now()
    user = signed_in(request)
    topic = topic_to_change(user, topic_id, now)
    if request.method == "POST":
        into = topic_to_change(user, ChosenForm.chosen_of(request.POST), now)
        try:
            into = merge_topics(topic=topic, into=into, by=user, at=now)
        except TopicError as error:
            return refused(request, error, topic)
        undo_url = reverse("trends:topic-merge-undo", args=[topic.pk])
        return told(request, f"“{topic}” is part of “{into}” now.", into, undo_url=undo_url)
    form = TopicSearchForm(request.GET, label="Search the topic that it belongs to")
    text, chosen = form.wanted()
    access = trends_access(user, topic.course.slug, now)
    choice = topic_choice(topic, access=access, now=now, text=text, chosen=chosen)
    return render(request, "trends/topic_merge.html", {"topic": topic, "choice": choice, "form": form})


@audience(Audience.COURSE_ADMIN)
@require_POST
def topic_merge_undo(request: HtmxRequest, topic_id: int) -> HttpResponse:
    """Part a topic from the one into which it was merged."""
    now = timezone.now()
    user = signed_in(request)
    topic = topic_to_change(user, topic_id, now)
    try:
        topic = undo_merge(topic=topic, by=user, at=now)
    except TopicError as error:
        return refused(request, error, topic)
    return told(request, f"“{topic}” is a topic of its own again.", topic)
