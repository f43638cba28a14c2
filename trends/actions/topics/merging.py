from datetime import datetime

from django.db import transaction

from lib.refusals import Refused
from people.models import User
from questions.actions.topics.keeping import locked, save, save_placements
from questions.actions.topics.representing import choose_representatives
from questions.actions.topics.texts import Texts
from questions.models import Topic


@transaction.atomic
def merge_topics(*, topic: Topic, into: Topic, by: User, at: datetime) -> Topic:
    """Move all questions of a topic into another one for good, and return that one. The old address redirects to it.

    The topic keeps its needs and changes, but the other topic shows them. Topics merged into it earlier move too. The
    other one keeps its name; without one, it takes the name of the topic.

    Raises:
        Refused: they are the same, in different courses, deleted, or already merged.
    """
    topic, into = locked(topic), locked(into)
    if topic.pk == into.pk:
        raise Refused("A topic cannot be merged into itself.")
    if topic.course_id != into.course_id:
        raise Refused(f"“{into}” is a topic of another course.")
    moving = list(topic.placements.order_by("question"))
    for placement in moving:
        placement.topic, placement.is_by_hand = into, True
    # The history of the topic shows the merge, and not each question that came with it.
    reason = f"merged from topic {topic.pk}"
    save_placements(moving, by=by, at=at, reason=reason)
    for row in [topic, *topic.merged.all()]:
        row.merged_into = into
        save(row, by=by, at=at)
    if topic.title and not into.title:
        into.title = topic.title
        save(into, by=by, at=at)
    choose_representatives([into.pk], at=at, texts=Texts())
    return into
