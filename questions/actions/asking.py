"""Ask, change, remove. An ask keeps the group in which it was asked, even if the student moves later."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from simple_history.utils import bulk_create_with_history

from courses.models import Material, Milestone
from groups.models import Enrolment, Group
from lib.markdown_pictures import keys_in
from lib.refusals import Refused
from lib.weeks import monday_of
from people.actions.limits import ASKS, spend
from people.models import User
from people.outbox import tell, tell_each
from questions.access.sight import questions_visible_to
from questions.actions.keeping import (
    check_course,
    check_open,
    delete,
    index,
    is_kept,
    locked,
    note_own_activity,
    save,
    stay_of,
    teaches,
)
from questions.actions.pictures import keep_pictures
from questions.actions.topics.keeping import wait_for_turn
from questions.actions.topics.representing import replace_representatives
from questions.models import Ask, Question
from questions.models.question import asks_of
from questions.search import search_text


@dataclass(frozen=True, slots=True)
class LoggedQuestion:
    """A question logged in a check-in: the title of a new one, or `again`, the id of one that was asked again."""

    title: str = ""
    milestone: Milestone | None = None
    enrolment: Enrolment | None = None
    again: int | None = None
    visibility: str = Question.Visibility.COHORT


@transaction.atomic
def ask(
    *,
    group: Group,
    by: User,
    at: datetime,
    title: str,
    enrolment: Enrolment | None = None,
    asked_by: User | None = None,
    asked_at: datetime | None = None,
    **fields: Any,
) -> Question:
    """Create a question with its first ask; `fields` are the question's other ones, as `new_question` takes them.

    It is of `at`, unless it was `asked_at` an earlier moment. If they joined the group after that, the question is of
    the day on which they did, so that nobody reads it who had left the group before.

    The asker is `asked_by`, else the person of `enrolment`, else `by`. Without an enrolment the ask counts for the
    asker if they study in the group that day, else for somebody of the group.

    Raises:
        Refused: no title; the cohort is closed; the student is not in the group that day; milestone or material
            of another course; too many asks within an hour.
    """
    check_open(group.cohort, at)
    if not title.strip():
        raise Refused("Write in one line what you want to know.")
    spend(ASKS, by=by, at=at)
    asker = asked_by or (enrolment.person if enrolment else by)
    stay = stay_of(group, at, enrolment=enrolment, asker=asker)
    asked_at = asked_at or at
    visible_from = asked_at
    if stay:
        joined = datetime.combine(stay.started_on, time.min, ZoneInfo(group.cohort.time_zone))
        visible_from = max(asked_at, joined)
    question = new_question(group=group, asked_by=asker, at=visible_from, title=title, **fields)
    save(question, by=by, at=at)
    if keys_in(question.detail):
        keep_pictures(question, by=by, at=at)
    first = new_ask(question, group, stay.enrolment_id if stay else None, by, asked_at)
    first.save()
    tell("question_asked", by=by, at=at, ask=first.pk)
    note_own_activity(stay, by=by, at=at)
    return question


def new_question(
    *,
    group: Group,
    at: datetime,
    title: str,
    detail: str = "",
    milestone: Milestone | None = None,
    material: Material | None = None,
    **fields: Any,
) -> Question:
    """Return an unsaved question.

    Raises:
        Refused: milestone or material of another course.
    """
    return Question(
        cohort=group.cohort,
        group=group,
        asked_at=at,
        title=title.strip(),
        detail=detail.strip(),
        milestone=check_course(group.cohort.course_id, milestone, material),
        material=material,
        search_text=search_text(title, detail, ()),
        **fields,
    )


def new_ask(question: Question, group: Group, enrolment_id: int | None, by: User, at: datetime) -> Ask:
    return Ask(
        question=question,
        group=group,
        enrolment_id=enrolment_id,
        asked_at=at,
        week_starts_on=monday_of(group.cohort.today(at)),
        logged_by=by,
    )


@transaction.atomic
def remove_question(*, question: Question, by: User, at: datetime) -> None:
    """Delete a question that nothing else refers to; its history stays.

    If it represented its topic, another question does from now on.

    Raises:
        Refused: it was answered, merged or asked again, or has a need or a material change.
    """
    course_id = question.cohort.course_id
    # Before the question is locked, as in every change of topics.
    wait_for_turn(course_id)
    question = locked(question)
    check_alone(question)
    delete(question, by=by, at=at)
    replace_representatives(course_id, at=at)


def remove_unchanged(*, question: Question, by: User, at: datetime) -> None:
    """Delete a question with the deed that asked it, as `remove_question` does.

    Raises:
        Refused: as there; or somebody changed it since it was asked.
    """
    if question.history.filter(history_date__gt=question.asked_at).exists():
        raise Refused("It was changed since.")
    remove_question(question=question, by=by, at=at)


def check_alone(question: Question) -> None:
    """Raises Refused if it was answered, merged or asked again, or has a need or a material change."""
    is_merged = question.duplicate_of_id is not None and not is_kept(question)
    if is_merged or question.duplicates.exists():
        raise Refused(f"“{question}” was merged with another question, so it cannot be removed.")
    if question.answers.exists():
        raise Refused(f"“{question}” has answers that others may need, so it cannot be removed.")
    if question.asks.count() > 1:
        raise Refused(f"Somebody else asked “{question}” too, so it cannot be removed.")
    if question.material_needs.exists():
        raise Refused(f"“{question}” is noted as needing material. Remove that note first.")
    if question.material_changes.exists():
        raise Refused(f"A material change answers “{question}”, so it cannot be removed.")


@transaction.atomic
def change_question(*, question: Question, by: User, at: datetime) -> Question:
    """Save a question that a form changed, as a new version. A known question that a student changed is unpublished.

    Raises:
        Refused: people who asked it, or a duplicate of it, could no longer see it (see `Question.reaches`).
    """
    group = question.group
    question.milestone = check_course(group.cohort.course_id, question.milestone, question.material)
    original = (
        Question.objects.filter(pk=question.duplicate_of_id).first() if question.duplicate_of_id else None
    )
    if original is not None and not original.reaches(question):
        raise Refused("It is a duplicate of a question that not everybody you chose may see.")
    if not all(question.reaches(duplicate) for duplicate in question.duplicates.all()):
        raise Refused("It has duplicates whose readers could no longer see it.")
    if _leaves_askers_out(question):
        raise Refused("Others asked it too, so they must be able to see it. You can hide your name instead.")
    keep_pictures(question, by=by, at=at)
    index(question)
    question.touch(by=by, at=at)
    if not teaches(by, question.cohort.course_id):
        # A student's words are published after a look only.
        question.published_at = question.published_by = None
    save(question, by=by, at=at)
    note_own_activity(stay_of(group, at, enrolment=None, asker=by), by=by, at=at)
    return question


def _leaves_askers_out(question: Question) -> bool:
    if question.visibility == Question.Visibility.COURSE:
        return False
    asks = asks_of([question.pk]).exclude(question__visibility=question.visibility)
    if question.visibility == Question.Visibility.GROUP:
        return asks.exclude(group=question.group_id).exists()
    return asks.exclude(group__cohort=question.cohort_id).exists()


@transaction.atomic
def log_questions(*, group: Group, lines: Iterable[LoggedQuestion], by: User, at: datetime) -> list[Question]:
    """Log the questions of a check-in and return them in that order. The number of queries is constant.

    The asker is the line's student, else `by`. Lines without a title are skipped.

    Raises:
        Refused: as `ask` and `ask_again`; or `by` may not see a question that was asked again.
    """
    lines = [line for line in lines if line.again or line.title.strip()]
    if not lines:
        return []
    check_open(group.cohort, at)
    spend(ASKS, by=by, at=at, number=len(lines))
    members = {stay.enrolment_id: stay for stay in group.members_on(group.cohort.today(at))}
    for line in lines:
        if line.enrolment is not None and line.enrolment.pk not in members:
            raise Refused(f"{line.enrolment.person} is not in {group} on that day.")
    asked_again = _originals_asked_again([line.again for line in lines if line.again], by, at)
    new = iter(_create_questions(group, [line for line in lines if not line.again], by, at))
    questions = [asked_again[line.again] if line.again else next(new) for line in lines]
    asked = _existing_asks(asked_again.values())
    asks = []
    for line, question in zip(lines, questions, strict=True):
        enrolment_id = line.enrolment.pk if line.enrolment else None
        if enrolment_id is None or (question.pk, enrolment_id) not in asked:
            asks.append(new_ask(question, group, enrolment_id, by, at))
            asked.add((question.pk, enrolment_id))
    made = Ask.objects.bulk_create(asks)
    tell_each("question_asked", [{"ask": ask.pk} for ask in made], by=by, at=at)
    return questions


def _originals_asked_again(ids: Sequence[int], by: User, at: datetime) -> dict[int, Question]:
    if not ids:
        return {}
    seen = questions_visible_to(by, at).select_related("duplicate_of").in_bulk(ids)
    if missing := set(ids) - set(seen):
        raise Refused(f"There is no question {min(missing)} that you may see.")
    return {pk: question.duplicate_of or question for pk, question in seen.items()}


def _create_questions(
    group: Group, lines: Sequence[LoggedQuestion], by: User, at: datetime
) -> list[Question]:
    questions = [
        new_question(
            group=group,
            asked_by=line.enrolment.person if line.enrolment else by,
            at=at,
            title=line.title,
            milestone=line.milestone,
            visibility=line.visibility,
        )
        for line in lines
    ]
    return bulk_create_with_history(questions, Question, default_user=by, default_date=at)  # type: ignore[no-any-return]


def _existing_asks(originals: Iterable[Question]) -> set[tuple[int, int | None]]:
    """Return pairs of question and enrolment for which an ask exists, at the question or a duplicate."""
    ids = {question.pk for question in originals}
    if not ids:
        return set()
    asks = asks_of(ids).values_list("question", "question__duplicate_of", "enrolment")
    return {(original or pk, enrolment_id) for pk, original, enrolment_id in asks}
