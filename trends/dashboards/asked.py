"""The questions behind a figure of the trends, how often they were asked in it, and the figure in words.

A question includes its duplicates: their asks count for it. `TrendView` decides which asks its reader counts, and
`questions.access` which questions they see.
"""

from django.db.models import Q, QuerySet

from questions.models import Ask, MaterialChange, Question
from questions.models.question import QuestionQuerySet
from tracker.models.progress import waiting_by_themselves
from trends.access.topics import in_no_topic, topics_to_read
from trends.counts import TrendView
from trends.counts.view import filter_labels, period_label
from trends.counts.waits import asked_within
from trends.dashboards.effects import questions_answered
from trends.dashboards.topic_rows import shown_topics
from trends.figures import Span
from trends.forms.filters import NOTHING
from trends.models.answered_before import answered_before, asked_again


def asks_in(view: TrendView) -> QuerySet[Ask]:
    filters, asks, is_followed = view.filters, view.asks(), view.access.is_course_admin
    if filters.cohort:
        asks = asks.filter(group__cohort__in=filters.cohort)
    if view.span.first:
        asks = asks.filter(week_starts_on__gte=view.span.first)
    if view.span.last:
        asks = asks.filter(week_starts_on__lte=view.span.last)
    if filters.answered_already:
        asks = asks.filter(answered_before(is_followed=is_followed))
    if filters.asked_again:
        asks = asks.filter(asked_again(is_followed=is_followed))
    return asks.filter(week_starts_on=None) if filters.undated else asks


def questions_in(view: TrendView, questions: QuestionQuerySet) -> QuestionQuerySet:
    """Return those of the questions that the figure counts, or that were asked in it."""
    questions = questions.filter(_about(view))
    if view.filters.status:
        questions = waiting_by_themselves(questions)
    if view.filters.counts_questions:
        return questions.filter(_first_asked(view))
    return questions.asked_in(asks_in(view))


def asks_at(view: TrendView, questions: QuestionQuerySet) -> QuerySet[Ask]:
    asked = questions.order_by().values("pk")
    return asks_in(view).filter(
        Q(question__in=asked, question__duplicate_of=None) | Q(question__duplicate_of__in=asked)
    )


def _first_asked(view: TrendView) -> Q:
    first = view.access.questions_known() & asked_within(view.span, view.zones)
    if view.groups is not None:
        first &= Q(group__in=view.groups)
    if view.filters.cohort:
        first &= Q(cohort__in=view.filters.cohort)
    return first & Q(is_undated=True) if view.filters.undated else first


def _about(view: TrendView) -> Q:
    filters, course = view.filters, view.course
    about = view.about() & Q(cohort__course=course, cohort__archived_at=None)
    if filters.topic == NOTHING:
        about &= in_no_topic(view.access, topics_to_read(view.access).values("pk"))
    elif filters.topic:
        about &= Q(placement__topic=filters.topic)
    if filters.change:
        answered = questions_answered([filters.change]) if view.access.is_course_admin else {}
        about &= Q(pk__in=answered.get(filters.change, ()))
    if filters.answer:
        has_answer = Q(first_answered_at__isnull=False) | Q(is_answer_undated=True)
        about &= has_answer if filters.answer == "yes" else ~has_answer
    return about


def unseen_asks(view: TrendView, visible: QuestionQuerySet) -> QuerySet[Ask]:
    """Return the asks in the figure for questions that its reader may not see. Course admins see all."""
    if view.access.is_course_admin:
        return Ask.objects.none()
    others = Question.objects.originals().filter(_about(view))
    return asks_at(view, others.exclude(pk__in=visible.order_by().values("pk")))


def figure_labels(view: TrendView) -> tuple[str, ...]:
    filters = view.filters
    labels = [*filter_labels(view), period_label(view) if view.span != Span() else ""]
    if filters.topic == NOTHING:
        labels.append("in no topic")
    elif filters.topic:
        shown = shown_topics(view.access, Q(course=view.course, pk=filters.topic))
        labels.append(next((title for _, title, *_ in shown), "another topic"))
    if filters.change and view.access.is_course_admin:
        change = MaterialChange.objects.filter(course=view.course, pk=filters.change).first()
        labels.append(f"answered by “{change or 'another change'}”")
    if filters.status:
        labels.append("waiting")
    if filters.answer:
        labels.append("answered" if filters.answer == "yes" else "without an answer")
    if filters.answered_already:
        labels.append("answered before it was asked")
    if filters.asked_again:
        labels.append("taken as answered, but asked again or needed help within a week")
    if filters.undated:
        labels.append("asked without a date")
    return tuple(label for label in labels if label)
