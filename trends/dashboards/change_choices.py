"""What a change may answer: chosen questions and topics, and search results. At most four queries."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from lib.text import folded
from questions.access.questions import Reader
from questions.access.sight import questions_visible_to
from questions.dashboards.question_rows import question_rows
from questions.models import Question, Topic
from questions.search import matching

_MOST_FOUND = 10


@dataclass(frozen=True, slots=True)
class AnswerChoice:
    # "question" or "topic".
    kind: str
    thing: Question | Topic
    about: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class AnswerChoices:
    chosen: tuple[AnswerChoice, ...]
    matches: tuple[AnswerChoice, ...]
    text: str


def answer_choices(
    *, reader: Reader, course_id: int, question_ids: Sequence[int], topic_ids: Sequence[int], text: str
) -> AnswerChoices:
    """Return what is chosen by id, and the search results in the course.

    A topic that was merged since appears as the topic it was merged into.
    """
    questions = questions_visible_to(reader.user, reader.relations.now).filter(cohort__course=course_id)
    topics = Topic.objects.standing().filter(course=course_id).select_related("representative")
    answered = list(topics.standing_for(topic_ids).order_by("pk")) if topic_ids else []
    chosen = [_topic(row, is_chosen=True) for row in answered]
    if question_ids:
        rows = question_rows(questions.filter(pk__in=question_ids).order_by("pk"), reader=reader)
        rows.sort(key=lambda row: -row.question.ask_count)
        chosen += [_question(row.question, is_chosen=True) for row in rows]
    matches: list[AnswerChoice] = []
    if folded(text):
        matched = matching(questions, text)
        originals = questions.originals().filter(
            Q(pk__in=matched.values("pk"))
            | Q(pk__in=matched.exclude(duplicate_of=None).values("duplicate_of"))
        )
        of_topic = Q(title__icontains=text) | Q(placements__question__in=matched.values("pk"))
        other_topics = topics.filter(of_topic).exclude(pk__in=[topic.pk for topic in answered]).distinct()
        matches = [_topic(row, is_chosen=False) for row in other_topics.order_by("-pk")[:_MOST_FOUND]]
        others = originals.exclude(pk__in=question_ids).order_by("-asked_at", "-pk")[:_MOST_FOUND]
        matches += [_question(row.question, is_chosen=False) for row in question_rows(others, reader=reader)]
    return AnswerChoices(tuple(chosen), tuple(matches), text)


def _question(question: Question, *, is_chosen: bool) -> AnswerChoice:
    about = f"asked {question.asks_label}" + (f" · {question.milestone.title}" if question.milestone else "")
    return AnswerChoice("question", question, about, is_chosen)


def _topic(topic: Topic, *, is_chosen: bool) -> AnswerChoice:
    return AnswerChoice("topic", topic, "with all its questions", is_chosen)
