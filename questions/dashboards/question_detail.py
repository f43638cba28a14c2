"""One question with its answers, as one reader may see and change it."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from typing import Any

from django.db.models import Q
from django.http import QueryDict

from lib.history import HistoryLine, changed_fields
from lib.marks import PersonMark
from lib.pages import ROWS, page_of
from questions.access.needs import sees_needs
from questions.access.questions import QuestionAccess, Reader
from questions.access.sight import group_of_ask_is_known
from questions.actions.keeping import is_kept
from questions.dashboards.known_questions import answers_of, is_unnamed, mark_of_answer
from questions.dashboards.question_rows import question_rows
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

    answer: Answer
    by: str
    mark: PersonMark | None
    role: str
    may_edit: bool
    may_remove: bool


def question_detail(access: QuestionAccess, address: QueryDict) -> dict[str, Any]:
    """Return what its page shows beside the question and its access, with one page of the answers.

    `closing_word` is what was said to everybody when its cohort was closed without an answer to it. `asks` are for
    those who lead its group. `own_ask_id` is the ask that the reader may undo.
    """
    question, reader = access.question, access.reader
    visible = reader.visible_questions()
    relatives = visible.filter(Q(duplicate_of=question.pk) | Q(pk=question.duplicate_of_id))
    family = question_rows(relatives.order_by("asked_at", "pk"), reader=reader)
    need = _need(access)
    answers = answers_of([question])[question.pk]
    asks = list(
        asks_of([question.pk])
        .select_related("enrolment__person", "group__cohort__course", "question__cohort")
        .annotate(is_group_known=group_of_ask_is_known(reader.user, reader.relations))
        .order_by("asked_at", "pk")
    )
    own = [ask for ask in asks if ask.enrolment and ask.enrolment.person_id == reader.user.pk]
    undoable = [
        ask
        for ask in own
        if ask.group.cohort.archived is None and (not reader.is_asker(ask.question) or is_kept(ask.question))
    ]
    is_asked_by_reader = bool(own) or reader.is_asker(question)
    closing_word = ""
    if question.status == Question.Status.CLOSED:
        closings = question.cohort.closings.filter(undone_at=None)
        closing_word = closings.values_list("word", flat=True).first() or ""
    return {
        "readers": _READERS[Question.Visibility(question.visibility)],
        "closing_word": closing_word,
        "group_count": len({ask.group_id for ask in asks if ask.is_group_known}) if access.leads else 0,
        "asks": [_asked(ask, access.reader) for ask in asks] if access.leads else [],
        "answers": page_of(address, [_answer(each, access) for each in answers]),
        "has_new_answers": reader.administers(question) and any(answer.is_new for answer in answers),
        "original": next((row for row in family if row.question.pk == question.duplicate_of_id), None),
        "duplicates": [row for row in family if row.question.pk != question.duplicate_of_id],
        "history": _history(question) if access.sees_history else [],
        "own_ask_id": undoable[0].pk if undoable else None,
        "may_ask_again": reader.studies_beside(question) is not None and not is_asked_by_reader,
        "may_remove": access.may_edit and not answers and len(asks) <= 1 and not family and need is None,
        "need": need,
        # Needs of duplicates are noted at the original.
        "may_note_need": access.may_lead and question.duplicate_of_id is None,
    }


def answer_url(answer: Answer) -> str:
    """The address of the answer, on its page of the question."""
    question = answer.question
    pks = question.answers.in_order().values_list("pk", flat=True)
    number = len(list(takewhile(lambda pk: pk != answer.pk, pks))) // ROWS + 1
    page = f"?page={number}" if number > 1 else ""
    return f"{question.get_absolute_url()}{page}#answer-{answer.pk}"


def _need(access: QuestionAccess) -> MaterialNeed | None:
    """Return the latest need noted for the question. Needs of duplicates are noted at the original."""
    if access.question.duplicate_of_id is not None or not sees_needs(access):
        return None
    needs = access.question.material_needs.select_related("change").order_by("-noted_at", "-pk")
    return needs.first()


def _answer(answer: Any, access: QuestionAccess) -> AnswerShown:
    question, reader = access.question, access.reader
    # The asker's name below their own answer would reveal who asked.
    is_hidden = answer.answered_by_id == question.asked_by_id and not reader.sees_asker(question)
    role = "mentor" if answer.is_mentor else "course admin" if answer.is_course_admin else ""
    name = "A student" if is_unnamed(answer, reader) else answer.answered_by.name
    return AnswerShown(
        answer=answer,
        by="The asker" if is_hidden else name,
        mark=mark_of_answer(answer, reader),
        role="" if is_hidden else role,
        may_edit=access.may_edit_answer(answer),
        may_remove=access.may_remove_answer(answer),
    )


def _asked(ask: Any, reader: Reader) -> tuple[str, str, datetime | None]:
    """Say who asked, in which group, and when; None if nobody knows.

    If the asker is hidden, the group may be unknown too.
    """
    name = ask.enrolment.person.name if ask.enrolment and reader.sees_who_asked(ask) else "somebody"
    return (
        name,
        ask.group.name if ask.is_group_known else "the course",
        None if ask.is_undated else ask.asked_at,
    )


def _history(question: Question) -> list[HistoryLine]:
    """Return changes of the question and its answers, newest first; the page itself shows asks and answers."""
    of_question = question.history.select_related("history_user", "milestone", "material", "duplicate_of")
    lines = changed_fields(of_question, _TRACKED_FIELDS)
    of_answers: dict[int, list[Any]] = defaultdict(list)
    for record in Answer.history.filter(question=question.pk).select_related("history_user"):
        of_answers[record.id].append(record)
    for records in of_answers.values():
        lines += changed_fields(records, ["body"])
        lines += (
            HistoryLine(record.history_date, record.history_user, "answer", record.body, "removed")
            for record in records
            if record.history_type == "-"
        )
    return sorted(lines, key=lambda line: line.at, reverse=True)
