"""Earlier questions with their answers, offered to somebody who is asking. Nobody is named.

The number of asks is hidden where it could reveal who asked: for questions of one group and in cohorts of fewer than
five people. Those who lead the group know it anyway and see it.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef
from django.db.models.functions import Substr
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator

from groups.models import Enrolment
from groups.relations import Relation
from lib.markdown import to_html, to_line
from questions.access.offers import offer_of
from questions.access.questions import Reader
from questions.candidates import NOT_ASKED, alike
from questions.models import Answer, Question
from questions.models.question import QuestionQuerySet, ask_counts, asks_label
from questions.search import search_words
from questions.similar import OFFER, Text

# Characters of an answer that the list shows at first, and that it can unfold.
_EXCERPT = 180
_LONGEST = 4_000
_MOST_ANSWERS = 2
_FEWEST_PEOPLE = 5
# Words of a search that may be a question.
_FEWEST_WORDS = 3


@dataclass(frozen=True, slots=True)
class AnswerOffered:
    """An excerpt of an answer; `html` is the whole answer, or "" if it is too long for a list."""

    excerpt: SafeString
    html: SafeString | str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A question that may ask the same. `asks_label` is "" where the number could reveal who asked.

    `offer`: see `questions.access.offers`.
    """

    question: Question
    asks_label: str
    answers: tuple[AnswerOffered, ...]
    answer_count: int
    is_own: bool
    offer: str

    @property
    def is_answered(self) -> bool:
        return bool(self.answers)


def suggestions(
    *,
    reader: Reader,
    asked: Text,
    course_id: int | None,
    leave_out: Collection[int] = (),
    least: float = OFFER,
) -> list[Suggestion]:
    """Return similar questions of the course, or of all, that the reader may see: the answered ones first."""
    visible = reader.visible_questions(course_id)
    matches = alike(visible, asked, leave_out=leave_out, least=least)
    rows = suggestions_of([match.original for match in matches], visible, reader)
    return sorted(rows, key=lambda row: not row.is_answered)


def may_be_question(text: str) -> bool:
    return len(search_words(text)) >= _FEWEST_WORDS


def answered_before(
    reader: Reader, text: str, asks_in: Relation | None, milestone: int | None = None
) -> list[Suggestion]:
    """Return what is similar to a search of three words and more, in the course in which the reader asks."""
    if not may_be_question(text):
        return []
    course_id = asks_in.course_id if asks_in else None
    return suggestions(reader=reader, asked=Text(NOT_ASKED, text, milestone=milestone), course_id=course_id)


def suggestions_of(ids: Sequence[int], visible: QuestionQuerySet, reader: Reader) -> list[Suggestion]:
    """Return the visible ones of these questions, in this order."""
    if not ids:
        return []
    people = Enrolment.objects.filter(cohort=OuterRef("cohort"))
    rows = (
        visible.filter(pk__in=ids)
        .select_related("cohort", "milestone")
        # Counting them all would take longer than the rest of the page.
        .annotate(has_many_people=Exists(people.order_by("pk")[_FEWEST_PEOPLE - 1 : _FEWEST_PEOPLE]))
        .defer("search_text", "detail")
    )
    questions = {row.pk: row for row in rows}
    answers, asks = _answers(questions), ask_counts(questions)
    return [_suggestion(questions[pk], asks[pk], answers[pk], reader) for pk in ids if pk in questions]


def _answers(ids: Collection[int]) -> dict[int, list[str]]:
    bodies: dict[int, list[str]] = defaultdict(list)
    rows = Answer.objects.filter(question__in=ids).in_order()
    for question_id, body in rows.values_list("question", Substr("body", 1, _LONGEST + 1)):
        bodies[question_id].append(body)
    return bodies


def _suggestion(question: Any, ask_count: int, bodies: Sequence[str], reader: Reader) -> Suggestion:
    return Suggestion(
        question=question,
        asks_label=asks_label(ask_count) if _may_count(question, reader) else "",
        answers=tuple(_answer(body) for body in bodies[:_MOST_ANSWERS]),
        answer_count=len(bodies),
        is_own=reader.is_asker(question),
        offer=offer_of(question.pk, reader.user),
    )


def _may_count(question: Any, reader: Reader) -> bool:
    if reader.leads(question):
        return True
    return question.visibility != Question.Visibility.GROUP and bool(question.has_many_people)


def _answer(body: str) -> AnswerOffered:
    line = to_line(body[:_LONGEST])
    excerpt = mark_safe(Truncator(line).chars(_EXCERPT, truncate=" …", html=True))  # noqa: S308 -- cut, not changed
    html = to_html(body) if len(body) <= _LONGEST else ""
    return AnswerOffered(excerpt=excerpt, html=html)
