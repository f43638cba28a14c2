"""Questions that may ask the same: offered before one is asked again, and when two are merged."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from tracker.access.questions import QuestionAccess, Reader, questions_visible_to
from tracker.dashboards.question_rows import QuestionRow, ask_words, question_rows
from tracker.models.question import QuestionQuerySet
from tracker.search import matching, similar

_MOST_FOUND = 20


def similar_rows(
    *, reader: Reader, title: str, course_id: int, leave_out: Collection[int] = (), limit: int = 3
) -> list[QuestionRow]:
    """Return questions of the course that may ask the same and that the reader may see, the likeliest first."""
    visible = _of_course(reader, course_id).exclude(pk__in=leave_out).exclude(duplicate_of__in=leave_out)
    return _in_order([question.pk for question in similar(visible, title, limit)], visible, reader)


def _of_course(reader: Reader, course_id: int) -> QuestionQuerySet:
    return questions_visible_to(reader.user, reader.relations.now).filter(cohort__course=course_id)


def _in_order(ids: Sequence[int], questions: QuestionQuerySet, reader: Reader) -> list[QuestionRow]:
    if not ids:
        return []
    rows = {row.id: row for row in question_rows(questions.filter(pk__in=ids), reader=reader)}
    return [rows[pk] for pk in ids if pk in rows]


@dataclass(frozen=True, slots=True)
class MergeChoice:
    """Which question another may be a duplicate of: those that a search found, or that may be the same."""

    candidates: tuple[QuestionRow, ...]
    chosen: QuestionRow | None
    ask_words: str


def merge_choice(*, access: QuestionAccess, text: str, chosen_id: int | None) -> MergeChoice:
    """Return what the question can be merged with, and the one that was chosen of these."""
    question, reader = access.question, access.reader
    course_id = question.cohort.course_id
    visible = _of_course(reader, course_id).exclude(pk=question.pk)
    chosen = question_rows(visible.originals().filter(pk=chosen_id), reader=reader) if chosen_id else []
    if chosen:
        candidates = []
    elif text.strip():
        found = matching(visible, text).exclude(duplicate_of=question.pk)
        pairs = found.order_by("-asked_at", "-pk").values_list("pk", "duplicate_of")[:_MOST_FOUND]
        candidates = _in_order(list(dict.fromkeys(original or pk for pk, original in pairs)), visible, reader)
    else:
        candidates = similar_rows(
            reader=reader, title=question.title, course_id=course_id, leave_out=[question.pk], limit=5
        )
    return MergeChoice(
        candidates=tuple(candidates),
        chosen=chosen[0] if chosen else None,
        ask_words=ask_words(question.ask_count),  # type: ignore[attr-defined]
    )
