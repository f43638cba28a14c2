"""Likely duplicates of a question, for those who lead both: to merge, or to mark as different."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from groups.relations import RelationKind
from questions.access.questions import QuestionAccess, Reader
from questions.candidates import alike, text_of
from questions.dashboards.question_rows import question_rows
from questions.models import NotTheSame, Question
from questions.models.question import QuestionQuerySet
from questions.search import matching

_MOST_FOUND = 20
_MOST_OFFERED = 5
# Measured on real questions: this finds 6 of 10 duplicates; just below it, 1 of 12 candidates is a duplicate.
_LIKELY = 0.4


def ids_marked_different(question_id: int) -> set[int]:
    """Return ids of questions marked as different from this one; duplicates of either count too."""
    own = Q(question=question_id) | Q(question__duplicate_of=question_id)
    others = Q(other=question_id) | Q(other__duplicate_of=question_id)
    differ: set[int] = set()
    for first, first_original, other, other_original in NotTheSame.objects.filter(own | others).values_list(
        "question", "question__duplicate_of", "other", "other__duplicate_of"
    ):
        is_first = question_id in (first, first_original)
        differ |= {other, other_original or other} if is_first else {first, first_original or first}
    return differ - {question_id}


@dataclass(frozen=True, slots=True)
class LikelyDuplicate:
    """A question that probably asks the same, and how to merge: `duplicate_id` into `original_id`.

    Both are None if neither can be merged into the other, since not everybody who sees one may see the other.
    `is_kept`: the question of this page would be the original.
    """

    other: QuestionAccess
    duplicate_id: int | None
    original_id: int | None
    is_kept: bool


def likely_duplicates(access: QuestionAccess) -> tuple[LikelyDuplicate, ...]:
    """Return likely duplicates among the questions that the reader leads too."""
    question, reader = access.question, access.reader
    if not access.may_lead or question.duplicate_of_id is not None:
        return ()
    led = reader.visible_questions(question.cohort.course_id).filter(_led(reader))
    matches = alike(
        led,
        text_of(question),
        leave_out={question.pk, *ids_marked_different(question.pk)},
        limit=_MOST_OFFERED,
        least=_LIKELY,
    )
    ids = [match.original for match in matches]
    if not ids:
        return ()
    return tuple(_likely_duplicate(access, other) for other in _in_order(ids, led.originals(), reader))


def _in_order(ids: Sequence[int], questions: QuestionQuerySet, reader: Reader) -> list[QuestionAccess]:
    rows = {row.question.pk: row for row in question_rows(questions.filter(pk__in=ids), reader=reader)}
    return [rows[pk] for pk in ids if pk in rows]


def _led(reader: Reader) -> Q:
    groups = {row.group_id for row in reader.relations.open(RelationKind.MENTORS)}
    courses = {row.course_id for row in reader.relations.open(RelationKind.ADMINISTERS)}
    return Q(group_id__in=groups) | Q(cohort__course_id__in=courses)


def _merit(question: Question) -> tuple[bool, int, float, int]:
    return question.has_answer, question.ask_count, -question.asked_at.timestamp(), -question.pk


def _likely_duplicate(access: QuestionAccess, other: QuestionAccess) -> LikelyDuplicate:
    """Keep the answered question, else the more asked one, else the older, if that one reaches the readers of both."""
    question = access.question
    ways = [(other.question, question), (question, other.question)]
    if _merit(other.question) > _merit(question):
        ways.reverse()
    for duplicate, original in ways:
        if original.reaches(duplicate):
            return LikelyDuplicate(other, duplicate.pk, original.pk, is_kept=original is question)
    return LikelyDuplicate(other, None, None, is_kept=False)


def merge_choices(*, access: QuestionAccess, text: str) -> list[Question]:
    """Return the questions that this one can be merged into: matches of a search, or similar ones."""
    question, reader = access.question, access.reader
    visible = reader.visible_questions(question.cohort.course_id).exclude(pk=question.pk)
    if text.strip():
        matches = matching(visible, text).exclude(duplicate_of=question.pk)
        pairs = matches.order_by("-asked_at", "-pk").values_list("pk", "duplicate_of")[:_MOST_FOUND]
        ids = list(dict.fromkeys(original or pk for pk, original in pairs))
    else:
        similar = alike(
            visible,
            text_of(question),
            leave_out={question.pk, *ids_marked_different(question.pk)},
            limit=_MOST_OFFERED,
        )
        ids = [match.original for match in similar]
    return [row.question for row in _in_order(ids, visible, reader)]
