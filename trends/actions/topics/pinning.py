"""Rename topics, and pin them so that they stand first."""

from datetime import datetime

from django.db import transaction

from people.models import User
from questions.actions.topics.keeping import locked, save
from questions.models import Topic


@transaction.atomic
def pin_topic(*, topic: Topic, by: User, at: datetime) -> Topic:
    """Let a topic stand first in every list until somebody lets it go.

    Raises:
        TopicError: it was merged, or is gone.
    """
    topic = locked(topic)
    if topic.pinned_at is None:
        topic.pinned_at, topic.pinned_by = at, by
        save(topic, by=by, at=at)
    return topic


@transaction.atomic
def unpin_topic(*, topic: Topic, by: User, at: datetime) -> Topic:
    """Let it stand where its figures put it.

    Raises:
        TopicError: it was merged, or is gone.
    """
    topic = locked(topic)
    if topic.pinned_at is not None:
        topic.pinned_at = topic.pinned_by = None
        save(topic, by=by, at=at)
    return topic
