"""Ask, answer, settle and merge questions. Every action keeps `Question.search_text` in step."""

from questions.actions.answering import (
    answer,
    change_answer,
    change_status,
    remove_answer,
    restore_answer,
)
from questions.actions.asking import (
    LoggedQuestion,
    ask,
    change_question,
    log_questions,
    remove_question,
    remove_unchanged,
)
from questions.actions.asking_again import ask_again, remove_ask
from questions.actions.differing import mark_not_the_same, undo_not_the_same
from questions.actions.merging import mark_duplicate, undo_duplicate
from questions.actions.publishing import publish, undo_publish

__all__ = [
    "LoggedQuestion",
    "answer",
    "ask",
    "ask_again",
    "change_answer",
    "change_question",
    "change_status",
    "log_questions",
    "mark_duplicate",
    "mark_not_the_same",
    "publish",
    "remove_answer",
    "remove_ask",
    "remove_question",
    "remove_unchanged",
    "restore_answer",
    "undo_duplicate",
    "undo_not_the_same",
    "undo_publish",
]
