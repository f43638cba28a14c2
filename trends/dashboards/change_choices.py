"""Choices of what a change answers: chosen questions and topics, and search results."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q

from lib.text import folded
from questions.access.questions import Reader
from questions.access.sight import questions_visible_to
from questions.dashboards.question_rows import question_rows
from questions.models import Question, Topic
from questions.search import matching

_MOST_FOUND = 10

# "topic" or "question", and which one.
type Choice = tuple[str, Topic | Question]


def answer_choices(
    *, reader: Reader, course_id: int, question_ids: Sequence[int], topic_ids: Sequence[int], text: str
) -> dict[str, Any]:
    """Return what is chosen by id, and the search results in the course.

    A topic that was merged since appears as the topic it was merged into.
    """
    questions = questions_visible_to(reader.user, reader.relations.now).filter(cohort__course=course_id)
    topics = Topic.objects.standing().filter(course=course_id).select_related("representative")
    answered = list(topics.standing_for(topic_ids).order_by("pk")) if topic_ids else []
    chosen: list[Choice] = [("topic", topic) for topic in answered]
    if question_ids:
        rows = question_rows(questions.filter(pk__in=question_ids).order_by("pk"), reader=reader)
        rows.sort(key=lambda row: -row.question.ask_count)
        chosen += [("question", row.question) for row in rows]
    matches: list[Choice] = []
    if folded(text):
        matched = matching(questions, text)
        of_topic = Q(title__icontains=text) | Q(placements__question__in=matched.values("pk"))
        other_topics = topics.filter(of_topic).exclude(pk__in=[topic.pk for topic in answered]).distinct()
        matches = [("topic", topic) for topic in other_topics.order_by("-pk")[:_MOST_FOUND]]
        others = questions.originals_of(matched).exclude(pk__in=question_ids)
        newest = others.order_by("-asked_at", "-pk")[:_MOST_FOUND]
        matches += [("question", row.question) for row in question_rows(newest, reader=reader)]
    return {"chosen": chosen, "matches": matches, "text": text}
