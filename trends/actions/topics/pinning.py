from datetime import datetime

from django.db import transaction

from people.models import User
from questions.actions.topics.keeping import locked, save
from questions.models import Topic


@transaction.atomic
def pin_topic(*, topic: Topic, is_pinned: bool = True, by: User, at: datetime) -> Topic:
    """Pin a topic, or unpin it.

    Raises:
        Refused: it was merged or deleted.
    """
    topic = locked(topic)
    if (topic.pinned_at is not None) != is_pinned:
        topic.pinned_at, topic.pinned_by = (at, by) if is_pinned else (None, None)
        save(topic, by=by, at=at)
    return topic
