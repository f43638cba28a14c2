"""What a change of a topic is answered with: a message that says what happened and takes it back, then a page."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from lib.requests import HtmxRequest
from lib.undo import with_undo
from questions.models import Topic
from trends.actions.topics import TopicError


def told(
    request: HtmxRequest, words: str, topic: Topic, *, undo_url: str = "", value: int = 0
) -> HttpResponse:
    """Say what happened, with a button that posts to `undo_url` and sends `value` as `chosen`, on the topic's page."""
    if undo_url:
        messages.success(request, with_undo(request, words, undo_url, name="chosen", value=value or ""))
    else:
        messages.success(request, words)
    return redirect(topic)


def refused(request: HtmxRequest, error: TopicError, topic: Topic) -> HttpResponse:
    """Say why nothing happened."""
    messages.error(request, str(error))
    return redirect(topic)
