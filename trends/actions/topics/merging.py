from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from people.models import User
from questions.actions.topics.keeping import TopicError, locked, save, save_placements, wait_for_turn
from questions.actions.topics.representing import choose_representatives
from questions.actions.topics.texts import Texts
from questions.models import Placement, Topic

# Stored in the history, so that undoing a merge finds the questions it moved.
_MERGED = "merged from topic {}"
_PARTED = "no longer merged into topic {}"


@transaction.atomic
def merge_topics(*, topic: Topic, into: Topic, by: User, at: datetime) -> Topic:
    """Move all questions of a topic into another one and return that one. The old address redirects to it.

    The topic keeps its needs and changes, but the other topic shows them. Topics merged into it earlier move too. The
    other one keeps its name; without one, it takes the name of the topic.

    Raises:
        TopicError: they are the same, in different courses, deleted, or already merged.
    """
    topic, into = locked(topic), locked(into)
    if topic.pk == into.pk:
        raise TopicError("A topic cannot be merged into itself.")
    if topic.course_id != into.course_id:
        raise TopicError(f"“{into}” is a topic of another course.")
    moving = list(topic.placements.order_by("question"))
    for placement in moving:
        placement.topic, placement.is_by_hand = into, True
    reason = _MERGED.format(topic.pk)
    save_placements(moving, by=by, at=at, reason=reason)
    for row in [topic, *topic.merged.all()]:
        row.merged_into = into
        save(row, by=by, at=at, reason=reason)
    if topic.title and not into.title:
        into.title = topic.title
        save(into, by=by, at=at, reason=reason)
    choose_representatives([into.pk], at=at, texts=Texts())
    return into


@transaction.atomic
def undo_merge(*, topic: Topic, by: User, at: datetime) -> Topic:
    """Undo a merge: the questions return to the topics they were in before.

    Raises:
        TopicError: it is not merged, or the moved questions have been moved again since.
    """
    wait_for_turn(topic.course_id)
    topic = Topic.objects.select_related("merged_into").get(pk=topic.pk)
    into = topic.merged_into
    if into is None:
        raise TopicError(f"“{topic}” is not merged into another topic.")
    reason = _MERGED.format(topic.pk)
    merges = Topic.history.filter(id=topic.pk, history_change_reason=reason, merged_into=into.pk)
    merge = merges.order_by("-history_date", "-history_id").first()
    # Compare the time: an earlier merge of the two that was undone moved other questions.
    of_merge = {"history_change_reason": reason, "history_date": merge and merge.history_date}
    moved = Placement.history.filter(topic=into.pk, **of_merge).values("id")
    moved_here = list(Placement.objects.filter(pk__in=moved).order_by("question"))
    before = _before(moved_here, reason)
    if merge is None or len(before) < len(moved_here):
        raise TopicError(f"Questions in “{into}” have been moved since. Split the topic instead.")
    for placement in moved_here:
        record = before[placement.pk]
        placement.topic_id, placement.is_by_hand = record.topic_id, record.is_by_hand
    save_placements(moved_here, by=by, at=at, reason=_PARTED.format(into.pk))
    came_along = Topic.history.filter(merged_into=into.pk, **of_merge).values("id")
    for row in Topic.objects.filter(merged_into=into, pk__in=came_along):
        row.merged_into = None if row.pk == topic.pk else topic
        save(row, by=by, at=at, reason=_PARTED.format(into.pk))
    if Topic.history.filter(id=into.pk, title=into.title, **of_merge).exists():
        # It took the name with the merge, and nobody gave it another since.
        into.title = ""
        save(into, by=by, at=at, reason=_PARTED.format(into.pk))
    choose_representatives([topic.pk, into.pk], at=at, texts=Texts())
    return Topic.objects.get(pk=topic.pk)


def _before(placements: Sequence[Placement], reason: str) -> dict[int, Any]:
    """The record of each placement before the merge, if the merge was its last change.

    A later merge that was undone is ignored: its two records are skipped as a pair.
    """
    records: dict[int, list[Any]] = {row.pk: [] for row in placements}
    undone = dict.fromkeys(records, 0)
    rows = Placement.history.filter(id__in=records)
    for record in rows.order_by("-history_date", "-history_id"):
        if (record.history_change_reason or "").startswith(_PARTED.format("")):
            undone[record.id] += 1
        elif undone[record.id]:
            undone[record.id] -= 1
        else:
            records[record.id].append(record)
    return {
        pk: own[1] for pk, own in records.items() if len(own) > 1 and own[0].history_change_reason == reason
    }
