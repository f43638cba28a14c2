"""Choices of what a change answers: chosen questions and topics, and search results."""

from collections.abc import Mapping, Sequence

from django.db.models import Q

from lib.text import folded
from questions.access.questions import Reader
from questions.dashboards.question_rows import question_rows
from questions.models import Question, Topic
from questions.models.topic import TopicQuerySet
from questions.search import matching

_MOST_FOUND = 10

# "topic" or "question", and which one.
type Choice = tuple[str, Topic | Question]


def chosen_answers(course_id: int, ids: Mapping[str, Sequence[int]], reader: Reader) -> list[Choice]:
    """Return the topics and questions of these ids. A topic that was merged since is the one it was merged into."""
    chosen: list[Choice] = []
    if ids["topics"]:
        topics = _topics(course_id).standing_for(ids["topics"]).order_by("pk")
        chosen += [("topic", topic) for topic in topics]
    if ids["questions"]:
        questions = reader.visible_questions(course_id).filter(pk__in=ids["questions"]).order_by("pk")
        rows = sorted(question_rows(questions, reader=reader), key=lambda row: -row.question.ask_count)
        chosen += [("question", row.question) for row in rows]
    return chosen


def found_answers(course_id: int, text: str, chosen: Sequence[Choice], reader: Reader) -> list[Choice]:
    """Return topics and questions that match the text and are not chosen."""
    if not folded(text):
        return []
    questions = reader.visible_questions(course_id)
    matches = matching(questions, text)
    of_topic = Q(title__icontains=text) | Q(placements__question__in=matches.values("pk"))
    ids = {name: [each.pk for kind, each in chosen if kind == name] for name in ("topic", "question")}
    topics = _topics(course_id).filter(of_topic).exclude(pk__in=ids["topic"]).distinct()
    others = questions.originals_of(matches).exclude(pk__in=ids["question"]).order_by("-asked_at", "-pk")
    return [
        *(("topic", topic) for topic in topics.order_by("-pk")[:_MOST_FOUND]),
        *(("question", row.question) for row in question_rows(others[:_MOST_FOUND], reader=reader)),
    ]


def _topics(course_id: int) -> TopicQuerySet:
    return Topic.objects.standing().filter(course=course_id).select_related("representative")
