from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator

from lib.markdown import to_line
from lib.marks import PersonMark
from questions.dashboards.known_questions import answers_in_order, is_unnamed, mark_of_answer
from questions.dashboards.question_rows import question_rows
from questions.models import Answer
from questions.models.question import QuestionQuerySet
from trends.access.topics import TopicAccess
from trends.dashboards.topic_rows import asks_by_topic


def groups_that_asked(access: TopicAccess) -> list[tuple[str, str, int, str]]:
    """The groups that asked, newest cohort first, then by asks: name, cohort, asks, and where these are listed."""
    rows = (
        asks_by_topic(access.trends, topics=[access.topic.pk])
        .values_list("group__cohort", "group__name", "group__cohort__title", "group__cohort__starts_on")
        .annotate(asks=Count("pk"))
        .order_by("-group__cohort__starts_on", "group__cohort", "-asks", "group__name")
    )
    return [
        (name, cohort, asks, questions_url(access, cohort=cohort_id, group=name))
        for cohort_id, name, cohort, _, asks in rows
    ]


def questions_url(access: TopicAccess, **narrower: Any) -> str:
    query = {"topic": access.topic.pk, **narrower}
    return reverse("trends:question-list", args=[access.trends.course.slug], query=query)


# Characters of an answer that are read, and those that are shown.
_LONGEST, _EXCERPT = 2_000, 240


@dataclass(frozen=True, slots=True)
class BestAnswer:
    """`name`: "" where the reader may not know who answered. `others`: answers to the questions besides."""

    answer: Answer
    name: str
    mark: PersonMark | None
    others: int

    @property
    def excerpt(self) -> SafeString:
        line = Truncator(to_line(self.answer.body[:_LONGEST])).chars(_EXCERPT, truncate=" …", html=True)
        return mark_safe(line)  # noqa: S308 -- cut, not changed


def best_answer(access: TopicAccess, questions: QuestionQuerySet) -> BestAnswer | None:
    """Return the answer that last helped somebody, or else the newest one."""
    answers = Answer.objects.filter(question__in=questions.order_by().values("pk"))
    order = F("helped_at").desc(nulls_last=True), F("answered_at").desc(nulls_last=True), "-pk"
    first = answers.order_by(*order).values_list("pk", "question").first()
    if first is None:
        return None
    pk, question_id = first
    reader = access.trends.reader
    rows = question_rows(questions.filter(pk=question_id), reader=reader)
    given = {answer.pk: answer for answer in answers_in_order({question_id: rows[0].question})}
    mark = mark_of_answer(given[pk], reader)
    name = "" if mark is None or is_unnamed(given[pk], reader) else given[pk].answered_by.name
    return BestAnswer(given[pk], name, mark, answers.count() - 1)
