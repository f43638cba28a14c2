"""One question with its answers, as one reader may see and change it. At most seven queries."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.safestring import SafeString

from courses.models import CourseAdmin
from courses.promises import Wait
from groups.models import Mentorship
from groups.relations import Relation
from lib.history import HistoryLine, changes_of
from lib.markdown import to_html
from questions.access.needs import sees_needs
from questions.access.questions import QuestionAccess
from questions.access.sight import group_of_ask_is_known, questions_visible_to
from questions.dashboards.known_questions import answers_of
from questions.dashboards.question_rows import (
    QuestionRow,
    asker_label,
    asks_label,
    group_label,
    question_rows,
    status_tone,
    wait_of,
)
from questions.models import Answer, MaterialNeed, Question
from questions.models.question import asks_of

_TRACKED_FIELDS = (
    "title",
    "detail",
    "milestone",
    "material",
    "category",
    "visibility",
    "is_asker_hidden",
    "status",
    "duplicate_of",
    "published_at",
)
_READERS = {
    Question.Visibility.GROUP: "the group and its mentors",
    Question.Visibility.COHORT: "everybody in the cohort",
    Question.Visibility.COURSE: "everybody in the course",
}


@dataclass(frozen=True, slots=True)
class AnswerShown:
    """An answer as this reader may see and change it. `role` is the author's role in the course."""

    id: int
    html: SafeString
    by: str
    role: str
    at: datetime | None
    is_changed: bool
    may_edit: bool
    may_remove: bool


@dataclass(frozen=True, slots=True)
class AskShown:
    """An ask, shown to those who lead the question's group.

    Students are named only to those who lead the student's group. If the asker is hidden, the group may be unknown too:
    `group` is "the course" then.
    """

    who: str
    group: str
    # None: nobody knows when.
    at: datetime | None


@dataclass(frozen=True, slots=True)
class QuestionDetail:
    """The page of a question. `own_ask_id` is the ask that the reader may undo."""

    id: int
    title: str
    status_label: str
    tone: str
    is_answered: bool
    is_follow_up: bool
    is_duplicate: bool
    closing_word: str
    asker: str
    group: str
    cohort: str
    # None: nobody knows when.
    asked_at: datetime | None
    wait: Wait | None
    html: SafeString | str
    milestone: str
    material: str
    material_url: str
    category: str
    readers: str
    asks_label: str
    group_count: int
    asks: tuple[AskShown, ...]
    answers: tuple[AnswerShown, ...]
    original: QuestionRow | None
    duplicates: tuple[QuestionRow, ...]
    history: tuple[HistoryLine, ...]
    is_asked_by_reader: bool
    own_ask_id: int | None
    may_ask_again: bool
    ask_again_groups: tuple[Relation, ...]
    may_answer: bool
    # Answering is what this reader is here for; for others the field is folded.
    is_to_answer: bool
    may_edit: bool
    may_settle: bool
    may_merge: bool
    may_publish: bool
    is_known: bool
    has_new_answers: bool
    known_url: str
    why_not_published: str
    may_read_history: bool
    may_take_back: bool
    need: MaterialNeed | None
    # Empty for readers who may not note a need.
    note_need_url: str

    @property
    def has_more_deeds(self) -> bool:
        return self.may_edit or self.may_settle or self.may_merge or self.may_publish or self.may_take_back


def question_detail(access: QuestionAccess) -> QuestionDetail:
    question, reader = access.question, access.reader
    family = _family(access)
    need = _need(access)
    answers = _answers(access)
    asks = list(
        asks_of([question.pk])
        .select_related("enrolment__person", "group", "question")
        .annotate(is_group_known=group_of_ask_is_known(reader.user, reader.relations))
        .order_by("asked_at", "pk")
    )
    own = [ask for ask in asks if ask.enrolment and ask.enrolment.person_id == reader.user.pk]
    undoable = [ask for ask in own if not reader.is_asker(ask.question)]
    return QuestionDetail(
        id=question.pk,
        title=question.title,
        status_label=question.get_status_display(),
        tone=status_tone(question),
        is_answered=question.status == Question.Status.ANSWERED,
        is_follow_up=question.status == Question.Status.FOLLOW_UP,
        is_duplicate=question.status == Question.Status.DUPLICATE,
        closing_word=_closing_word(question),
        asker=asker_label(question, reader),
        group=group_label(question, reader),
        cohort=question.cohort.title,
        asked_at=None if question.is_undated else question.asked_at,
        wait=wait_of(question, reader.relations.now),
        html=to_html(question.detail) if question.detail else "",
        milestone=question.milestone.title if question.milestone else "",
        material=question.material.title if question.material else "",
        material_url=question.material.url if question.material else "",
        category=question.get_category_display(),
        readers=_READERS[Question.Visibility(question.visibility)],
        asks_label=asks_label(len(asks)),
        group_count=len({ask.group_id for ask in asks if ask.is_group_known}) if access.leads else 0,
        asks=tuple(_ask(ask, access) for ask in asks) if access.leads else (),
        answers=answers,
        original=next((row for row in family if row.id == question.duplicate_of_id), None),
        duplicates=tuple(row for row in family if row.id != question.duplicate_of_id),
        history=_history(question) if access.may_read_history else (),
        is_asked_by_reader=bool(own) or reader.is_asker(question),
        own_ask_id=undoable[0].pk if undoable else None,
        may_ask_again=reader.studies_beside(question) is not None and not reader.is_asker(question),
        ask_again_groups=reader.mentors_beside(question),
        may_answer=access.may_answer,
        is_to_answer=access.may_answer
        and question.status != Question.Status.ANSWERED
        and reader.studies_beside(question) is None,
        may_edit=access.may_edit,
        may_settle=access.may_settle,
        may_merge=access.may_merge,
        **_publishing(access),
        may_read_history=access.may_read_history,
        may_take_back=access.may_edit and not answers and len(asks) <= 1 and not family and need is None,
        need=need,
        note_need_url=_note_need_url(access),
    )


def _closing_word(question: Question) -> str:
    """What was said to everybody when the cohort was closed without an answer to this question."""
    if question.status != Question.Status.CLOSED:
        return ""
    closings = question.cohort.closings.filter(undone_at=None)
    return closings.values_list("word", flat=True).first() or ""


def _publishing(access: QuestionAccess) -> dict[str, Any]:
    question = access.question
    is_admin = access.reader.administers(question)
    is_answered = question.status == Question.Status.ANSWERED
    milestone_id = question.milestone_id if question.published_at else None
    return {
        "may_publish": is_admin and (question.published_at is not None or not question.why_not_published),
        "is_known": question.published_at is not None,
        "has_new_answers": is_admin
        and question.published_at is not None
        and any(answer.is_new for answer in answers_of([question])[question.pk]),
        "known_url": reverse("questions:milestone-questions", args=[milestone_id]) if milestone_id else "",
        "why_not_published": question.why_not_published
        if is_admin and is_answered and question.published_at is None
        else "",
    }


def _family(access: QuestionAccess) -> list[QuestionRow]:
    question = access.question
    visible = questions_visible_to(access.reader.user, access.reader.relations.now)
    family = visible.filter(Q(duplicate_of=question.pk) | Q(pk=question.duplicate_of_id))
    return question_rows(family.order_by("asked_at", "pk"), reader=access.reader)


def _need(access: QuestionAccess) -> MaterialNeed | None:
    """Return the latest need noted for the question. Needs of duplicates are noted at the original."""
    if access.question.duplicate_of_id is not None or not sees_needs(access):
        return None
    needs = access.question.material_needs.select_related("change").order_by("-noted_at", "-pk")
    return needs.first()


def _note_need_url(access: QuestionAccess) -> str:
    question = access.question
    if not access.leads or question.duplicate_of_id is not None:
        return ""
    return reverse("trends:need-new", args=[question.cohort.course.slug])


def _answers(access: QuestionAccess) -> tuple[AnswerShown, ...]:
    cohort = access.question.cohort
    mentors = Mentorship.objects.filter(
        person=OuterRef("answered_by"), group__cohort__course=cohort.course_id
    )
    admins = CourseAdmin.objects.filter(person=OuterRef("answered_by"), course=cohort.course_id)
    answers = (
        access.question.answers.select_related("answered_by")
        .annotate(is_mentor=Exists(mentors), is_course_admin=Exists(admins))
        .in_order()
    )
    return tuple(_answer(answer, access) for answer in answers)


def _answer(answer: Any, access: QuestionAccess) -> AnswerShown:
    question, reader = access.question, access.reader
    # The asker's name below their own answer would reveal who asked.
    is_hidden = answer.answered_by_id == question.asked_by_id and not reader.sees_asker(question)
    role = "mentor" if answer.is_mentor else "course admin" if answer.is_course_admin else ""
    is_of_other_cohort = (
        not role and not reader.is_of_cohort(question) and answer.answered_by_id != reader.user.pk
    )
    name = "A student" if is_of_other_cohort else answer.answered_by.name
    return AnswerShown(
        id=answer.pk,
        html=to_html(answer.body),
        by="The asker" if is_hidden else name,
        role="" if is_hidden else role,
        at=answer.answered_at,
        is_changed=answer.version > 1,
        may_edit=access.may_edit_answer(answer),
        may_remove=access.may_remove_answer(answer),
    )


def _ask(ask: Any, access: QuestionAccess) -> AskShown:
    reader = access.reader
    may_name = reader.relations.mentors(ask.group_id) or reader.administers(access.question)
    name = ask.enrolment.person.name if ask.enrolment and may_name else "somebody"
    group = ask.group.name if ask.is_group_known else "the course"
    return AskShown(who=name, group=group, at=None if ask.is_undated else ask.asked_at)


def _history(question: Question) -> tuple[HistoryLine, ...]:
    """Return changes of the question and its answers, newest first; the page itself shows asks and answers."""
    of_question = question.history.select_related("history_user", "milestone", "material", "duplicate_of")
    lines = list(_lines(changes_of(of_question, _TRACKED_FIELDS)))
    of_answers: dict[int, list[Any]] = defaultdict(list)
    for record in Answer.history.filter(question=question.pk).select_related("history_user"):
        of_answers[record.id].append(record)
    for records in of_answers.values():
        lines += _lines(changes_of(records, ["body"]))
        lines += (
            HistoryLine(record.history_date, record.history_user, "answer", record.body, "removed")
            for record in records
            if record.history_type == "-"
        )
    return tuple(sorted(lines, key=lambda line: line.at, reverse=True))


def _lines(changes: Iterable[Any]) -> Iterable[HistoryLine]:
    for change in changes:
        if change.what == "changed":
            for field in change.fields:
                yield HistoryLine(change.at, change.by, field.label, field.before, field.after)
