from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from django.db.models import Q

from questions.models import Placement, Topic

# The number of newest events shown.
_MOST = 30


def topic_events(topic: Topic) -> list[dict[str, Any]]:
    """Return the newest events, for components/timeline.html. Two queries.

    `by` is None if it happened automatically.
    """
    events = [*_of_topics(topic), *_of_questions(topic)]
    return sorted(events, key=lambda event: event["at"])[: -_MOST - 1 : -1]


def _of_topics(topic: Topic) -> Iterator[dict[str, Any]]:
    """Events from its own history and that of topics merged into it, now or earlier."""
    merged = Topic.history.filter(merged_into=topic.pk).values("id")
    records = Topic.history.filter(Q(id=topic.pk) | Q(id__in=merged))
    rows = records.select_related("history_user").order_by("id", "history_date", "history_id")
    for pk, own in groupby(rows, key=lambda record: record.id):
        before: Any = None
        for record in own:
            for what in (
                _own_labels(before, record) if pk == topic.pk else _merge_labels(before, record, topic.pk)
            ):
                yield {"at": record.history_date, "by": record.history_user, "what": what}
            before = record


def _own_labels(before: Any, record: Any) -> Iterator[str]:
    if before is None:
        yield "Split into a new topic" if record.history_user else "Created automatically"
    if record.title != (before.title if before else ""):
        yield f"Named “{record.title}”" if record.title else "Name removed"
    if before and (record.pinned_at is None) != (before.pinned_at is None):
        yield "Pinned" if record.pinned_at else "No longer pinned"
    if before and record.merged_into_id != before.merged_into_id:
        yield "Merged into another topic" if record.merged_into_id else "Merge undone"


def _merge_labels(before: Any, record: Any, into: int) -> Iterator[str]:
    was, is_now = before is not None and before.merged_into_id == into, record.merged_into_id == into
    if was != is_now:
        name = f"“{record.title}”" if record.title else "Another topic"
        yield f"{name} merged into it" if is_now else f"{name} unmerged"


def _of_questions(topic: Topic) -> Iterator[dict[str, Any]]:
    """Events of questions moved by hand. Moves by a merge belong to the merge."""
    here = Placement.history.filter(topic=topic.pk).values("id")
    by_hand = Placement.history.filter(is_by_hand=True, id__in=here).values("id")
    records = Placement.history.filter(id__in=by_hand).select_related("history_user", "question")
    for _, own in groupby(records.order_by("id", "history_date", "history_id"), key=lambda record: record.id):
        yield from _moves(own, topic.pk)


def _moves(records: Iterable[Any], topic: int) -> Iterator[dict[str, Any]]:
    was_here = False
    for record in records:
        is_here = record.topic_id == topic and record.history_type != "-"
        if is_here != was_here and record.history_user and not record.history_change_reason:
            what = "added" if is_here else "removed"
            yield {
                "at": record.history_date,
                "by": record.history_user,
                "what": f"“{record.question}” {what}",
            }
        was_here = is_here
