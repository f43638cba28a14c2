"""What my week lists of steps, reviews and questions."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain

from django.db.models import F, Q, QuerySet

from groups.models import Enrolment, Group
from people.models import User
from questions.access.sight import questions_visible_to
from questions.models import Answer, Ask, MaterialChange, Question
from tracker.models import AgreedStep, CodeReview, Progress

# How many questions of each kind are shown; the questions page has the rest.
_QUESTIONS = 4
# For how many days a finished step stays visible.
_STEP_DAYS = 7
# For how many days answers and material changes are shown as news.
_NEWS_DAYS = 14


def week_steps(group: Group, enrolment_id: int, now: datetime) -> QuerySet[AgreedStep]:
    """Open and recently finished steps of the student, from any group, and of the whole group."""
    return (
        AgreedStep.objects.filter(Q(enrolment=enrolment_id) | Q(enrolment=None, group=group))
        .filter(
            Q(state=AgreedStep.State.OPEN)
            | Q(state=AgreedStep.State.DONE, closed_at__gt=now - timedelta(days=_STEP_DAYS))
        )
        .order_by(F("due_on").asc(nulls_last=True), "agreed_at", "pk")
    )


def week_reviews(group: Group, enrolment_id: int) -> QuerySet[CodeReview]:
    """Reviews not yet approved of which the student is author or reviewer, longest waiting first."""
    return (
        CodeReview.objects.filter(Q(author=enrolment_id) | Q(reviewer=enrolment_id), group=group)
        .exclude(state=CodeReview.State.APPROVED)
        .with_names()
        .order_by("changed_at", "pk")
    )


@dataclass(frozen=True, slots=True)
class WeekQuestions:
    """Questions that the student may see, the newest first.

    `answered` are those that someone else answered recently, after the student asked; of a duplicate, its original.
    """

    own: tuple[Question, ...]
    others: tuple[Question, ...]
    answered: tuple[Question, ...]


def news_since(enrolment: Enrolment, now: datetime) -> datetime:
    """From when on answers and changes are news: what the student closed, or is old, is none."""
    return max(filter(None, (now - timedelta(days=_NEWS_DAYS), enrolment.news_read_at)))


def week_questions(
    person: User, group: Group, enrolment_id: int, since: datetime, now: datetime
) -> WeekQuestions:
    """Four queries at most."""
    asks = Ask.objects.filter(enrolment=enrolment_id).order_by("-asked_at")
    asked, asked_at = set(), {}
    for question_id, original_id, at in asks.values_list("question", "question__duplicate_of", "asked_at"):
        asked.add(question_id)
        asked_at[original_id or question_id] = at
    visible = (
        questions_visible_to(person, now)
        .select_related("milestone")
        .only("title", "status", "cohort", "asked_at", "first_answered_at", "milestone__title")
        .order_by("-asked_at", "-pk")
    )
    mine = list(visible.filter(pk__in=asked | asked_at.keys()))
    others = (
        visible.filter(cohort=group.cohort).exclude(pk__in=asked).exclude(status=Question.Status.DUPLICATE)
    )
    answered = [
        question
        for question in mine
        if question.pk in asked_at
        and question.status == Question.Status.ANSWERED
        and question.first_answered_at
        and question.first_answered_at > since
        and _is_answered_since(question, asked_at[question.pk])
    ]
    by_oneself = Answer.objects.filter(
        question__in=answered, answered_by=person, answered_at=F("question__first_answered_at")
    )
    answered_alone = set(by_oneself.values_list("question", flat=True))
    latest_first = sorted(
        answered, key=lambda question: (question.first_answered_at, question.pk), reverse=True
    )
    return WeekQuestions(
        own=tuple(each for each in mine if each.pk in asked and each.cohort_id == group.cohort_id)[
            :_QUESTIONS
        ],
        others=tuple(others[:_QUESTIONS]),
        answered=tuple(each for each in latest_first if each.pk not in answered_alone),
    )


def _is_answered_since(question: Question, asked_at: datetime) -> bool:
    """The answer to a cry for help comes at one moment with its question."""
    answered_at = question.first_answered_at
    return answered_at is not None and (
        answered_at > asked_at or answered_at == asked_at == question.asked_at
    )


@dataclass(frozen=True, slots=True)
class SettledHelp:
    """A milestone with which the student needed help, and as what somebody else marked it since."""

    milestone_id: int
    title: str
    state_label: str
    by: str
    at: datetime


def settled_help(enrolment: Enrolment, since: datetime) -> tuple[SettledHelp, ...]:
    """Return what others settled since then, the latest first. One query."""
    history = Progress.history.filter(enrolment=enrolment)
    needed = history.filter(state=Progress.State.NEED_HELP).values("milestone")
    rows = history.filter(milestone__in=needed).select_related("milestone", "history_user")
    asked: set[int] = set()
    settled: dict[int, SettledHelp] = {}
    for row in rows.order_by("history_date", "history_id"):
        is_own = row.history_user_id == enrolment.person_id
        if row.state == Progress.State.NEED_HELP:
            asked |= {row.milestone_id} if is_own else set()
            settled.pop(row.milestone_id, None)
        elif row.milestone_id in asked:
            asked.remove(row.milestone_id)
            if not is_own and row.history_user and row.history_date > since:
                settled[row.milestone_id] = SettledHelp(
                    row.milestone_id, str(row.milestone), row.get_state_display(), str(row.history_user),
                    row.history_date,
                )  # fmt: skip
    return tuple(sorted(settled.values(), key=lambda each: each.at, reverse=True))


def answering_changes(person: User, group: Group, since: datetime) -> list[MaterialChange]:
    """Material changes since then that answer questions of the student."""
    recent = MaterialChange.objects.filter(course=group.cohort.course_id, told_at__gt=since)
    changes = list(recent.select_related("material").order_by("-told_at", "-pk"))
    if not changes:
        return []
    # Through the question or its original: directly, by its topic, or by a topic merged into that.
    paths = (
        "material_changes",
        "placement__topic__material_changes",
        "placement__topic__merged__material_changes",
    )
    asked_at = [f"question__{path}" for path in paths] + [f"question__duplicate_of__{path}" for path in paths]
    asks = Ask.objects.filter(enrolment__person=person).values_list(*asked_at).distinct()
    answering = set(chain.from_iterable(asks))
    return [change for change in changes if change.pk in answering]
