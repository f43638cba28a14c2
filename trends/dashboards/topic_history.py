from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import Any

from lib.history import HistoryLine, changed_fields
from questions.models import Placement, Topic

# The number of newest lines shown.
_MOST = 30


def topic_history(topic: Topic) -> list[HistoryLine]:
    """Return what people did with a topic, newest first: its name, its pin, topics merged into it, questions moved."""
    lines = changed_fields(topic.history.select_related("history_user"), ["title", "pinned_at"])
    merged = Topic.history.filter(merged_into=topic.pk).values("id")
    lines += _moves(
        Topic.history.filter(id__in=merged).select_related("history_user"),
        lambda record: record.merged_into_id == topic.pk,
        lambda record: ("merged topic", record.title or "without a name"),
    )
    here = Placement.history.filter(topic=topic.pk).values("id")
    by_hand = Placement.history.filter(is_by_hand=True, id__in=here).values("id")
    lines += _moves(
        Placement.history.filter(id__in=by_hand).select_related("history_user", "question"),
        lambda record: record.topic_id == topic.pk and record.history_type != "-",
        lambda record: ("question", str(record.question)),
    )
    return sorted(lines, key=lambda line: line.at)[: -_MOST - 1 : -1]


def _moves(
    records: Any, is_here: Callable[[Any], bool], label: Callable[[Any], tuple[str, str]]
) -> Iterator[HistoryLine]:
    """Yield when somebody moved a row into the topic or out of it.

    Questions that came with a merge belong to the merge.
    """
    rows: Iterable[Any] = records.order_by("id", "history_date", "history_id")
    for _, own in groupby(rows, key=lambda record: record.id):
        was_here = False
        for record in own:
            if is_here(record) != was_here and record.history_user and not record.history_change_reason:
                field, name = label(record)
                before, after = (name, "—") if was_here else ("—", name)
                yield HistoryLine(record.history_date, record.history_user, field, before, after)
            was_here = is_here(record)
