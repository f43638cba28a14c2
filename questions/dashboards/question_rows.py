"""Questions as lists show them, with names hidden as `Reader.sees_asker` says. One query, two after a search."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from courses.promises import Wait
from questions.access.questions import Reader, with_asker
from questions.models import Answer, Question
from questions.models.question import QuestionQuerySet

_TONES = {
    Question.Status.OPEN: "watch",
    Question.Status.FOLLOW_UP: "watch",
    Question.Status.ANSWERED: "ok",
    Question.Status.CLOSED: "quiet",
    Question.Status.DUPLICATE: "quiet",
}
_SOMEBODY = {
    Question.Visibility.GROUP: "somebody in the group",
    Question.Visibility.COHORT: "somebody in the cohort",
    Question.Visibility.COURSE: "somebody in the course",
}


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """A question in a list; `also_asked_as` are titles of duplicates that a search found."""

    id: int
    title: str
    url: str
    status: str
    status_label: str
    tone: str
    milestone: str
    category: str
    asker: str
    group: str
    # None: nobody knows when.
    asked_at: datetime | None
    ask_count: int
    answer_count: int
    also_asked_as: tuple[str, ...]
    # How long it has been open, against the promise of the course; None if it is not, or nobody knows since when.
    wait: Wait | None = None
    # In the list of questions behind a figure: how many of its asks the figure counts.
    asks_here: int | None = None

    @property
    def asks_label(self) -> str:
        return asks_label(self.ask_count)


def asks_label(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def question_rows(
    questions: QuestionQuerySet, *, reader: Reader, matches: QuestionQuerySet | None = None
) -> list[QuestionRow]:
    """Return rows in the order of the questions.

    Args:
        matches: all that a search found; duplicates among them are listed with their originals.
    """
    answers = Answer.objects.filter(question=OuterRef("pk")).order_by().values("question")
    rows = (
        with_asker(questions)
        .select_related("milestone")
        .with_ask_count()
        .annotate(
            answer_count=Coalesce(
                Subquery(answers.annotate(count=Count("pk")).values("count"), output_field=IntegerField()), 0
            )
        )
        .prefetch_related("cohort__pauses")
        .defer("search_text", "detail")
    )
    shown = list(rows)
    titles: dict[int | None, list[str]] = defaultdict(list)
    if matches is not None and shown:
        duplicates = matches.filter(duplicate_of__in=shown).order_by("asked_at", "pk")
        for original_id, title in duplicates.values_list("duplicate_of", "title"):
            titles[original_id].append(title)
    return [_row(question, titles[question.pk], reader) for question in shown]


def _row(question: Question, duplicates: list[str], reader: Reader) -> QuestionRow:
    return QuestionRow(
        id=question.pk,
        title=question.title,
        url=reverse("questions:question-detail", args=[question.pk]),
        status=question.status,
        status_label=question.get_status_display(),
        tone=status_tone(question),
        milestone=question.milestone.title if question.milestone else "",
        category=question.get_category_display(),
        asker=asker_label(question, reader),
        group=group_label(question, reader),
        asked_at=None if question.is_undated else question.asked_at,
        ask_count=question.ask_count,
        answer_count=question.answer_count,  # type: ignore[attr-defined]
        also_asked_as=tuple(duplicates),
        wait=wait_of(question, reader.relations.now),
        asks_here=getattr(question, "asks_here", None),
    )


def wait_of(question: Question, now: datetime) -> Wait | None:
    """How long an open question has waited; None where nobody waits for its answer, or since when is not known."""
    cohort = question.cohort
    # What was answered and needs more has had its answer.
    if question.status != Question.Status.OPEN or question.is_undated or cohort.is_closed(cohort.today(now)):
        return None
    return cohort.wait(question.asked_at, now, days=cohort.course.question_days)


def status_tone(question: Question) -> str:
    return _TONES[Question.Status(question.status)]


def asker_label(question: Question, reader: Reader) -> str:
    if not reader.sees_asker(question):
        return _SOMEBODY[Question.Visibility(question.visibility)]
    if not question.is_from_student:
        group = question.group.name if _may_name_group(question, reader) else "a group"
        return f"somebody in {group}, logged by {question.asked_by.name}"
    return "you" if reader.is_asker(question) else question.asked_by.name


def group_label(question: Question, reader: Reader) -> str:
    is_named = question.is_from_student and _may_name_group(question, reader)
    return question.group.name if is_named else ""


def _may_name_group(question: Question, reader: Reader) -> bool:
    """A group has about three students: its name would reveal a hidden asker."""
    is_own = reader.relations.studies_in(question.group_id) is not None
    return reader.sees_asker(question) and (is_own or reader.leads(question))
