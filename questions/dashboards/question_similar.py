"""Questions that probably ask the same as one, for those who lead both: to merge, or to say that they differ."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from groups.relations import RelationKind
from questions.access.questions import QuestionAccess, Reader
from questions.candidates import alike, text_of
from questions.dashboards.question_rows import QuestionRow, asks_label, question_rows
from questions.dashboards.question_suggestions import of_course
from questions.models import NotTheSame, Question
from questions.models.question import QuestionQuerySet
from questions.search import matching
from questions.similar import SAME

_MOST_FOUND = 20
_MOST_OFFERED = 5
# Measured on real questions: above, seven in ten of those that are the same are found; below, one in ten is the same.
_PROBABLY = SAME * 2 / 3


def ids_marked_different(question_id: int) -> set[int]:
    """Return what was said to ask something else than the question; what is merged with either counts as the same."""
    own = Q(question=question_id) | Q(question__duplicate_of=question_id)
    others = Q(other=question_id) | Q(other__duplicate_of=question_id)
    differ: set[int] = set()
    for one, one_original, other, other_original in NotTheSame.objects.filter(own | others).values_list(
        "question", "question__duplicate_of", "other", "other__duplicate_of"
    ):
        is_first = question_id in (one, one_original)
        differ |= {other, other_original or other} if is_first else {one, one_original or one}
    return differ - {question_id}


def _in_order(ids: Sequence[int], questions: QuestionQuerySet, reader: Reader) -> list[QuestionRow]:
    if not ids:
        return []
    rows = {row.id: row for row in question_rows(questions.filter(pk__in=ids), reader=reader)}
    return [rows[pk] for pk in ids if pk in rows]


@dataclass(frozen=True, slots=True)
class Twin:
    """A question that is probably the same, and how the two can be merged: `duplicate_id` into `original_id`.

    Both are None where neither way works: not everybody who sees the one may see the other.
    """

    row: QuestionRow
    duplicate_id: int | None
    original_id: int | None
    is_kept: bool


def twins(access: QuestionAccess) -> tuple[Twin, ...]:
    """Return what is probably the same as a question, among those that the reader leads too. At most seven queries."""
    question, reader = access.question, access.reader
    if not access.may_merge or question.duplicate_of_id is not None:
        return ()
    led = of_course(reader, question.cohort.course_id).filter(_led(reader))
    found = alike(
        led,
        text_of(question),
        leave_out={question.pk, *ids_marked_different(question.pk)},
        limit=_MOST_OFFERED,
        least=_PROBABLY,
    )
    ids = [one.original for one in found]
    if not ids:
        return ()
    others = led.originals().select_related("cohort").defer("search_text").in_bulk(ids)
    rows = _in_order([pk for pk in ids if pk in others], led, reader)
    return tuple(_twin(access, others[row.id], row) for row in rows)


def _led(reader: Reader) -> Q:
    """The questions that the reader may merge: see `Reader.leads`."""
    groups = {row.group_id for row in reader.relations.open(RelationKind.MENTORS)}
    courses = {row.course_id for row in reader.relations.open(RelationKind.ADMINISTERS)}
    return Q(group_id__in=groups) | Q(cohort__course_id__in=courses)


def _merit(question: Question, ask_count: int) -> tuple[bool, int, float, int]:
    return question.first_answered_at is not None, ask_count, -question.asked_at.timestamp(), -question.pk


def _twin(access: QuestionAccess, other: Question, row: QuestionRow) -> Twin:
    """Keep the one that is answered, else that was asked more, else the older, if who sees the other may see it."""
    question = access.question
    ask_count: int = question.ask_count  # type: ignore[attr-defined]
    ways = [(other, question), (question, other)]
    if _merit(other, row.ask_count) > _merit(question, ask_count):
        ways.reverse()
    for duplicate, original in ways:
        if original.reaches(duplicate):
            return Twin(row, duplicate.pk, original.pk, is_kept=original is question)
    return Twin(row, None, None, is_kept=False)


@dataclass(frozen=True, slots=True)
class MergeChoice:
    """Which question another may be a duplicate of: those that a search found, or that may be the same."""

    candidates: tuple[QuestionRow, ...]
    chosen: QuestionRow | None
    asks_label: str


def merge_choice(*, access: QuestionAccess, text: str, chosen_id: int | None) -> MergeChoice:
    """Return what the question can be merged with, and the one that was chosen of these."""
    question, reader = access.question, access.reader
    visible = of_course(reader, question.cohort.course_id).exclude(pk=question.pk)
    chosen = question_rows(visible.originals().filter(pk=chosen_id), reader=reader) if chosen_id else []
    if chosen:
        candidates = []
    elif text.strip():
        found = matching(visible, text).exclude(duplicate_of=question.pk)
        pairs = found.order_by("-asked_at", "-pk").values_list("pk", "duplicate_of")[:_MOST_FOUND]
        candidates = _in_order(list(dict.fromkeys(original or pk for pk, original in pairs)), visible, reader)
    else:
        same = alike(
            visible,
            text_of(question),
            leave_out={question.pk, *ids_marked_different(question.pk)},
            limit=_MOST_OFFERED,
        )
        candidates = _in_order([one.original for one in same], visible, reader)
    return MergeChoice(
        candidates=tuple(candidates),
        chosen=chosen[0] if chosen else None,
        asks_label=asks_label(question.ask_count),  # type: ignore[attr-defined]
    )
