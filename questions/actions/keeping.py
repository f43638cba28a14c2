"""Shared by the actions on questions: locking, saving with author and time, the search text, the asker's stay."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from courses.models import Cohort, CourseAdmin, Material, Milestone
from groups.actions.activity import note_activity
from groups.models import Enrolment, Group, Membership, Mentorship
from groups.models.holding import not_ended
from lib.history import credit
from lib.refusals import Refused
from people.models import User
from questions.models import Answer, Question
from questions.search import search_text
from questions.search_index import delete_removed_words

# Reason kept in the history of a former duplicate: shows since when it is no longer one.
PARTED = "no longer a duplicate"
# Reason kept in the history of a question of which its asker said that it is a duplicate.
KEPT = "kept as a duplicate by the asker"


def locked(question: Question) -> Question:
    """Fetch and lock the question until the end of the transaction; new rows may still refer to it.

    `duplicate_of` is not joined: after waiting for a lock, PostgreSQL returns the row as it is now with its joins as
    they were.

    Raises:
        Refused: it was removed in the meantime.
    """
    rows = Question.objects.select_for_update(of=("self",), no_key=True).select_related("cohort")
    row = rows.filter(pk=question.pk).first()
    if row is None:
        raise Refused(f"“{question}” has been removed.")
    return row


def is_kept(question: Question) -> bool:
    """Whether its asker said that it is a duplicate, and nobody has said since that it is none."""
    if question.duplicate_of_id is None:
        return False
    said = question.history.filter(history_change_reason__in=[KEPT, PARTED])
    reasons = said.order_by("-history_date", "-history_id").values_list("history_change_reason", flat=True)
    return bool(reasons.first() == KEPT)


def closed_as(question: Question) -> Question.Status:
    """The status of a question that is closed."""
    return Question.Status.ANSWERED if question.has_answer else Question.Status.CLOSED


def check_open(cohort: Cohort, at: datetime) -> None:
    """Raises Refused if the cohort is closed: its questions are only read."""
    if cohort.is_closed(cohort.today(at)):
        raise Refused(
            f"{cohort} is closed. You can read its questions, but no longer ask, answer or reopen them."
        )


def save(row: Question | Answer, *, by: User, at: datetime, reason: str = "") -> None:
    """Save with author and time; the reason lets later actions find the row.

    A known question that may no longer be shown to the next cohort is unpublished.
    """
    if isinstance(row, Question) and row.published_at is not None and not row.may_stay_published:
        row.published_at = row.published_by = None
    credit(row, by, at)
    row._change_reason = reason or None  # type: ignore[union-attr]
    row.save()


def teaches(person: User, course_id: int) -> bool:
    """Whether the person is or was a mentor in the course, or administers it."""
    return (
        CourseAdmin.objects.filter(person=person, course=course_id).exists()
        or Mentorship.objects.filter(person=person, group__cohort__course=course_id).exists()
    )


def delete(row: Question | Answer, *, by: User, at: datetime) -> None:
    credit(row, by, at)
    row.delete()


def index(question: Question) -> None:
    """Update the search text from title, detail and answers; the caller saves."""
    bodies = question.answers.in_order().values_list("body", flat=True)
    question.search_text = search_text(question.title, question.detail, bodies)


def index_changed(changed: Mapping[Any, Any], **signal: Any) -> None:
    """A receiver of `forgotten`: questions are found by no words that they or their answers had before."""
    questions = {pk for model, pk in changed if model is Question}
    answers = [pk for model, pk in changed if model is Answer]
    questions |= set(Answer.objects.filter(pk__in=answers).values_list("question", flat=True))
    for question in Question.objects.filter(pk__in=questions):
        index(question)
        Question.objects.filter(pk=question.pk).update(search_text=question.search_text)
    if questions:
        delete_removed_words()


def stay_of(group: Group, at: datetime, *, enrolment: Enrolment | None, asker: User) -> Membership | None:
    """Return the membership that day of the given student, else of the asker if they study in the group.

    Raises:
        Refused: the given student is not in the group that day.
    """
    today = group.cohort.today(at)
    stays = group.members_on(today).filter(not_ended(today, "enrolment"))
    if enrolment is None:
        return stays.filter(enrolment__person=asker).first()
    stay = stays.filter(enrolment=enrolment).first()
    if stay is None:
        raise Refused(f"{enrolment.person} is not in {group} on that day.")
    return stay


def note_own_activity(stay: Membership | None, *, by: User, at: datetime) -> None:
    if stay is not None and stay.enrolment.person_id == by.pk:
        note_activity(enrolment_id=stay.enrolment_id, at=at)


def check_course(course_id: int, milestone: Milestone | None, material: Material | None) -> Milestone | None:
    """Return the milestone of a question, or of a change: the material's, if there is one.

    Raises:
        Refused: milestone or material belong to another course, or the material to another milestone.
    """
    if material is not None:
        if milestone is not None and material.milestone_id != milestone.pk:
            said = f"This material belongs to {material.milestone}. Choose one of {milestone}, or none."
            raise Refused(said, "material")
        milestone = material.milestone
    if milestone is not None and milestone.course_id != course_id:
        raise Refused(f"{milestone} is a milestone of another course.")
    return milestone
