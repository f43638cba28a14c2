"""Ask, answer, settle and merge questions. Every action keeps `Question.search_text` in step."""

from questions.actions.answering import (
    answer,
    change_answer,
    mark_follow_up,
    remove_answer,
    reopen,
    restore_answer,
    settle,
)
from questions.actions.asking import (
    QuestionLine,
    ask,
    ask_again,
    change_question,
    log_questions,
    take_back_ask,
    take_back_question,
)
from questions.actions.differing import say_not_the_same, take_back_not_the_same
from questions.actions.keeping import QuestionError
from questions.actions.merging import ask_instead, mark_duplicate, undo_duplicate
from questions.actions.publishing import publish, unpublish

__all__ = [
    "QuestionError",
    "QuestionLine",
    "answer",
    "ask",
    "ask_again",
    "ask_instead",
    "change_answer",
    "change_question",
    "log_questions",
    "mark_duplicate",
    "mark_follow_up",
    "publish",
    "remove_answer",
    "reopen",
    "restore_answer",
    "say_not_the_same",
    "settle",
    "take_back_ask",
    "take_back_not_the_same",
    "take_back_question",
    "undo_duplicate",
    "unpublish",
]
