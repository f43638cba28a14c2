from trends.actions.topics.merging import merge_topics
from trends.actions.topics.moving import (
    add_to_topic,
    join_topics,
    keep_apart,
    make_topic,
    remove_from_topic,
    undo_join,
    undo_move,
    undo_topic,
)
from trends.actions.topics.pinning import pin_topic
from trends.actions.topics.refreshing import refresh_topics
from trends.actions.topics.waiting import waiting_questions

__all__ = [
    "add_to_topic",
    "join_topics",
    "keep_apart",
    "make_topic",
    "merge_topics",
    "pin_topic",
    "refresh_topics",
    "remove_from_topic",
    "undo_join",
    "undo_move",
    "undo_topic",
    "waiting_questions",
]
