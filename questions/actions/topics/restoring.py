"""Restore what people did by hand to a question before it became a duplicate."""

from datetime import datetime

from people.models import User
from questions.actions.keeping import PARTED
from questions.actions.topics.keeping import save_placements
from questions.actions.topics.representing import choose_representatives
from questions.actions.topics.texts import Texts
from questions.models import Placement, Question, Topic


def restore_placement(question: Question, *, by: User, at: datetime) -> None:
    """Place a question again as somebody had placed it by hand; if its topic is gone, it waits for another.

    A move that was taken back is none: its deletion has no reason, as that of a duplicate has.

    The course is locked.
    """
    if Placement.objects.filter(question=question).exists():
        return
    last = Placement.history.filter(question=question.pk).order_by("-history_date", "-history_id").first()
    if last is None or not last.is_by_hand or (last.history_type == "-" and not last.history_change_reason):
        return
    topic = Topic.objects.standing_for([last.topic_id]).first()
    if last.topic_id is None or topic is not None:
        placement = Placement(question=question, topic=topic, is_by_hand=True)
        save_placements([placement], by=by, at=at, reason=PARTED)
    if topic is not None:
        choose_representatives([topic.pk], at=at, texts=Texts())
