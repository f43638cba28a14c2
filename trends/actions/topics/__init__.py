from questions.actions.topics.keeping import TopicError
from trends.actions.topics.merging import merge_topics
from trends.actions.topics.moving import keep_out, put_in, take_out, undo_move
from trends.actions.topics.pinning import pin_topic
from trends.actions.topics.refreshing import refresh_topics
from trends.actions.topics.waiting import waiting_questions

__all__ = [
    "TopicError",
    "keep_out",
    "merge_topics",
    "pin_topic",
    "put_in",
    "refresh_topics",
    "take_out",
    "undo_move",
    "waiting_questions",
]
