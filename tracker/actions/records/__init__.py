"""Bring in what was recorded elsewhere, whole lists at once, in batches.

By the rules of the actions of the same things, but for two: a cohort that is closed takes a record of its past, and
the past may have been by people who left. Each function returns what it made and changed, so that the caller can take
it back.
"""

from questions.actions.records import (
    SOLVED,
    RecordedAnswer,
    RecordedAsk,
    RecordedQuestion,
    bring_answers,
    bring_asks,
    bring_questions,
)
from tracker.actions.records.meetings import (
    RecordedCheckIn,
    RecordedEntry,
    RecordedReview,
    RecordedStep,
    bring_check_ins,
    bring_reviews,
    bring_steps,
    close_steps,
)
from tracker.actions.records.progress import (
    RecordedProgress,
    bring_progress,
    mark_many,
    note_hours_of_many,
)

__all__ = [
    "SOLVED",
    "RecordedAnswer",
    "RecordedAsk",
    "RecordedCheckIn",
    "RecordedEntry",
    "RecordedProgress",
    "RecordedQuestion",
    "RecordedReview",
    "RecordedStep",
    "bring_answers",
    "bring_asks",
    "bring_check_ins",
    "bring_progress",
    "bring_questions",
    "bring_reviews",
    "bring_steps",
    "close_steps",
    "mark_many",
    "note_hours_of_many",
]
