"""Keep the topics of a course: place the questions that wait, and what its admins do by hand."""

from tracker.actions.topics.keeping import TopicError
from tracker.actions.topics.merging import merge_topics, undo_merge
from tracker.actions.topics.moving import put_in, split_topic, take_out, undo_move
from tracker.actions.topics.pinning import pin_topic, unpin_topic
from tracker.actions.topics.refreshing import Refreshed, refresh_topics
from tracker.actions.topics.waiting import Waiting, waiting

__all__ = [
    "Refreshed",
    "TopicError",
    "Waiting",
    "merge_topics",
    "pin_topic",
    "put_in",
    "refresh_topics",
    "split_topic",
    "take_out",
    "undo_merge",
    "undo_move",
    "unpin_topic",
    "waiting",
]
