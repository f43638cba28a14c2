from datetime import datetime

from django.db import transaction

from people.models import User
from questions.actions.topics.keeping import locked, save
from questions.models import Topic


@transaction.atomic
def pin_topic(*, topic: Topic, by: User, at: datetime) -> Topic:
    """Raises:
    TopicError: it was merged or deleted.
    """
    topic = locked(topic)
    if topic.pinned_at is None:
        topic.pinned_at, topic.pinned_by = at, by
        save(topic, by=by, at=at)
    return topic


@transaction.atomic
def unpin_topic(*, topic: Topic, by: User, at: datetime) -> Topic:
    """Raises:
    TopicError: it was merged or deleted.
    """
    topic = locked(topic)
    if topic.pinned_at is not None:
        topic.pinned_at = topic.pinned_by = None
        save(topic, by=by, at=at)
    return topic
