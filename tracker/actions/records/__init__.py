"""Create and change many rows at once, in batches, from what was recorded elsewhere.

The rules are those of the other actions, except that closed cohorts and people who left may be recorded too. Each
function returns the rows that it created and changed, so that the caller can undo it.
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
