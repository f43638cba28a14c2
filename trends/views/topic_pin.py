from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in
from trends.access.topics import topic_to_change
from trends.actions.topics import TopicError, pin_topic, unpin_topic
from trends.views.topic_told import refused, told


@audience(Audience.COURSE_ADMIN)
@require_POST
def topic_pin(request: HtmxRequest, topic_id: int) -> HttpResponse:
    """Let a topic stand first."""
    now = timezone.now()
    user = signed_in(request)
    topic = topic_to_change(user, topic_id, now)
    try:
        topic = pin_topic(topic=topic, by=user, at=now)
    except TopicError as error:
        return refused(request, error, topic)
    undo_url = reverse("trends:topic-unpin", args=[topic.pk])
    return told(request, f"“{topic}” stands first in the list of topics.", topic, undo_url=undo_url)


@audience(Audience.COURSE_ADMIN)
@require_POST
def topic_unpin(request: HtmxRequest, topic_id: int) -> HttpResponse:
    """Let it stand where its figures put it."""
    now = timezone.now()
    user = signed_in(request)
    topic = topic_to_change(user, topic_id, now)
    try:
        topic = unpin_topic(topic=topic, by=user, at=now)
    except TopicError as error:
        return refused(request, error, topic)
    undo_url = reverse("trends:topic-pin", args=[topic.pk])
    return told(request, f"“{topic}” is no longer pinned.", topic, undo_url=undo_url)
