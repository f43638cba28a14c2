"""Shared by the actions on topics: locking the course, saving with author and time, members of a topic."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from courses.models import Course
from lib.history import credit, record_deletions
from lib.locking import lock_row
from lib.refusals import Refused
from people.models import User
from questions.models import Placement, Question, Topic

# The fields that placing a question changes.
_PLACED = ["topic", "likest", "likeness", "is_by_hand", "placed_at"]


def wait_for_turn(course_id: int) -> None:
    """Lock the course until the end of the transaction: its topics change one after the other, as merges do."""
    lock_row(Course, course_id)


def locked(topic: Topic) -> Topic:
    """Wait for the lock and fetch the topic again.

    Raises:
        Refused: it is gone, or was merged into another in the meantime.
    """
    wait_for_turn(topic.course_id)
    row = Topic.objects.select_related("course").filter(pk=topic.pk).first()
    if row is None:
        raise Refused(f"The topic “{topic}” is gone: no question was left in it.")
    if row.merged_into_id is not None:
        raise Refused(f"“{topic}” was merged into “{row.merged_into}”.")
    return row


def save(topic: Topic, *, by: User | None, at: datetime) -> None:
    """Save with author and time."""
    credit(topic, by, at)
    topic.save()


def save_placements(
    placements: Sequence[Placement], *, by: User | None, at: datetime, reason: str = ""
) -> None:
    """Save new and changed placements in a constant number of queries."""
    new = [placement for placement in placements if placement._state.adding]
    changed = [placement for placement in placements if not placement._state.adding]
    for placement in placements:
        placement.placed_at = at
    kept: dict[str, Any] = {
        "default_user": by,
        "default_date": at,
        "default_change_reason": reason or None,
    }
    if new:
        bulk_create_with_history(new, Placement, **kept)
    if changed:
        bulk_update_with_history(changed, Placement, _PLACED, **kept)


def delete_placements(
    placements: Sequence[Placement], *, by: User | None, at: datetime, reason: str = ""
) -> None:
    """Delete in a constant number of queries."""
    record_deletions(Placement, placements, by=by, at=at, reason=reason)
    gone = Placement.objects.filter(pk__in=[placement.pk for placement in placements])
    gone._raw_delete(gone.db)


def placements_of(questions: Iterable[Question]) -> dict[int, Placement]:
    """Return the placement of each question, or a new one."""
    questions = list(questions)
    placements = {row.question_id: row for row in Placement.objects.filter(question__in=questions)}
    return {
        question.pk: placements.get(question.pk) or Placement(question=question) for question in questions
    }


def members_of(topic: Topic) -> dict[int, Placement]:
    """Return the placements of a topic by question id, without duplicates."""
    rows = topic.placements.filter(question__duplicate_of=None).order_by("question")
    return {row.question_id: row for row in rows}


def delete_empty_topics(topics: Iterable[int]) -> None:
    """Delete those of the topics without questions that nobody named, pinned, merged or worked on."""
    empty = Topic.objects.filter(pk__in=topics, title="", pinned_at=None, merged_into=None)
    for related in ("placements", "merged", "material_needs", "material_changes"):
        rows = Topic.objects.filter(pk=OuterRef("pk"), **{f"{related}__isnull": False})
        empty = empty.exclude(Exists(rows))
    for topic in empty:
        topic.delete()
