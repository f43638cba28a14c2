"""What every action on questions shares: the lock, the saving with who and when, the search text, the asker's stay."""

from datetime import datetime

from courses.models import Material, Milestone
from groups.actions.activity import note_activity
from groups.models import Enrolment, Group, Membership
from lib.history import credit
from people.models import User
from questions.models import Answer, Question
from questions.search import search_text

# Kept in the history of what was a duplicate, so that it is known since when it is none.
PARTED = "no duplicate any more"


class QuestionError(Exception):
    """What was asked contradicts what there is; the message says what to do, for people."""


def locked(question: Question) -> Question:
    """Fetch the question again, so that nobody else changes it in this transaction.

    Others may refer to it meanwhile, as an ask of its duplicate does. What it points at is not joined: a row that
    PostgreSQL waited for comes as it is now, with its joins as they were.

    Raises:
        QuestionError: somebody took it back in the meantime.
    """
    rows = Question.objects.select_for_update(of=("self",), no_key=True).select_related("cohort")
    row = rows.filter(pk=question.pk).first()
    if row is None:
        raise QuestionError(f"“{question}” was taken back in the meantime.")
    return row


def save(row: Question | Answer, *, by: User, at: datetime, reason: str = "") -> None:
    """Save with who, when and, for what must be found again, why.

    A known question that the next cohort may not see any more is published no longer.
    """
    if isinstance(row, Question) and row.published_at is not None and not row.may_stay_published:
        row.published_at = row.published_by = None
    credit(row, by)
    row._history_date = at  # type: ignore[union-attr]
    row._change_reason = reason or None  # type: ignore[union-attr]
    row.save()


def delete(row: Question | Answer, *, by: User, at: datetime) -> None:
    """Delete with who and when; the history stays."""
    credit(row, by)
    row._history_date = at  # type: ignore[union-attr]
    row.delete()


def index(question: Question) -> None:
    """Let the search know of the title, detail and answers of the question as they are now; the caller saves."""
    bodies = question.answers.order_by("answered_at", "pk").values_list("body", flat=True)
    question.search_text = search_text(question.title, question.detail, bodies)


def stay_of(group: Group, at: datetime, *, enrolment: Enrolment | None, asker: User) -> Membership | None:
    """Return the membership in which is asked, that day: the given student's, else the asker's if they study there.

    Raises:
        QuestionError: the given student is not in the group that day.
    """
    stays = (
        Membership.objects.open(group.cohort.today(at))
        .filter(group=group)
        .select_related("enrolment__person")
    )
    if enrolment is None:
        return stays.filter(enrolment__person=asker).first()
    stay = stays.filter(enrolment=enrolment).first()
    if stay is None:
        raise QuestionError(f"{enrolment.person} is not in {group} on that day.")
    return stay


def note_own_deed(stay: Membership | None, *, by: User, at: datetime) -> None:
    """Remember that the student did something themself."""
    if stay is not None and stay.enrolment.person_id == by.pk:
        note_activity(enrolment_id=stay.enrolment_id, at=at)


def check_course(group: Group, milestone: Milestone | None, material: Material | None) -> Milestone | None:
    """Return the milestone of the question; a material brings its own.

    Raises:
        QuestionError: milestone or material are of another course than the group, or the material of another milestone.
    """
    if material is not None:
        if milestone is not None and material.milestone_id != milestone.pk:
            raise QuestionError(f"“{material}” is not a material of {milestone}.")
        milestone = material.milestone
    if milestone is not None and milestone.course_id != group.cohort.course_id:
        raise QuestionError(f"{milestone} is a milestone of another course.")
    return milestone
