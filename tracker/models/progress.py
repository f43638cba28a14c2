from collections.abc import Collection, Iterator
from datetime import date, datetime
from functools import cache
from itertools import groupby, takewhile
from operator import attrgetter
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce, Greatest

from courses.models import Milestone
from groups.models import Enrolment
from lib.history import Records
from people.models import User
from questions.models import Answer, Ask, Question
from questions.models.question import QuestionQuerySet
from tracker.standing.facts import ProgressState


class ProgressQuerySet(models.QuerySet["Progress"]):
    def requests_for_help(self) -> "ProgressQuerySet":
        """The requests for help that nobody has answered: the students need it still."""
        needed = self.filter(state=Progress.State.NEED_HELP)
        return needed.alias(answered_at=help_answered_at()).filter(answered_at=None)


# Of a progress, two queries below it.
_MARKED_AT = OuterRef(OuterRef("state_since"))


@cache
def help_answered_at() -> models.Case:
    """The time at which a request for help was answered (decision 41); None if it was not, and for every other state.

    Putting it together takes as long as asking for it; it is the same every time.
    """
    moment = models.DateTimeField()
    known = Coalesce("answered_at", _MARKED_AT, output_field=moment)
    return _help_answer(Greatest(known, _MARKED_AT, output_field=moment))


@cache
def with_help_answered() -> models.QuerySet[Any]:
    """All progress, with that moment as `answered_at`, which is resolved once a process."""
    return Progress.objects.annotate(answered_at=help_answered_at())


def help_answer_id() -> models.Case:
    """The answer that a request for help was answered by."""
    return _help_answer("pk")


def _help_answer(value: models.expressions.Combinable | str) -> models.Case:
    """The value of the first answer by somebody else to what help is asked about, by outer references to a progress.

    That is the question that a request keeps; without one, all that the student asked at the milestone. An answer from
    before the request is none: nobody answered because of it.
    """
    own = Ask.objects.filter(enrolment=OuterRef("enrolment"), is_answered_already=False)
    is_to_original = models.Q(question=OuterRef("question__duplicate_of"))
    answers = Answer.objects.filter(models.Q(question=OuterRef("question")) | is_to_original)
    answers = answers.exclude(answered_by=OuterRef("enrolment__person")).in_order()
    is_since = models.Q(answered_at__gte=_MARKED_AT)
    answer, original = (
        Subquery(answers.filter(found).values_list(value)[:1])
        for found in (is_since, is_since | is_to_original)
    )
    # A question asked and merged since counts as answered with its original, whenever that was.
    to_asked = models.Case(models.When(asked_at__gte=OuterRef("state_since"), then=original), default=answer)

    def first(asks: models.QuerySet[Ask]) -> Subquery:
        found = asks.annotate(value=to_asked).order_by(F("value").asc(nulls_last=True))
        return Subquery(found.values("value")[:1])

    needed = models.Q(state=Progress.State.NEED_HELP)
    return models.Case(
        models.When(
            needed & models.Q(question=None),
            then=first(own.filter(question__milestone=OuterRef("milestone"))),
        ),
        models.When(needed, then=first(own.filter(question=OuterRef("question")))),
    )


def words_of_requests(questions: QuestionQuerySet) -> set[int]:
    """The ids of those that are the words of a request for help that stands: the request alone names them as waiting.

    Asked in two queries, since few of many questions are words of one.
    """
    # PostgreSQL takes the index of those with a question only if that is said.
    with_words = Progress.objects.filter(state=Progress.State.NEED_HELP, question__isnull=False)
    needed = with_words.filter(question__in=questions.order_by().values("pk"))
    ids = list(needed.values_list("pk", flat=True))
    standing = with_help_answered().filter(pk__in=ids, answered_at=None)
    return set(standing.values_list("question", flat=True)) if ids else set()


def waiting_by_themselves(questions: QuestionQuerySet) -> QuestionQuerySet:
    """Those that are open or need follow-up, without the words of requests for help that stand."""
    return questions.open().exclude(pk__in=words_of_requests(questions.open()))


def ended_by_others(progress_ids: Collection[int], person: User) -> Iterator[Any]:
    """The marks by which somebody else ended a request for help of this student, as the history has them.

    Each stands until the student marks on (decision 41): hours, what others mark, and what was undone do not count.
    """
    history = Progress.history
    needed = history.filter(state=Progress.State.NEED_HELP, id__in=progress_ids)
    own = needed.filter(history_user=person).values("id")
    records = history.filter(id__in=own).select_related("history_user", "milestone")
    latest_first = records.order_by("id", "-history_date", "-history_id")
    for _, rows in groupby(latest_first, key=attrgetter("id")):
        marks = [list(same) for _, same in groupby(_not_undone(list(rows)), key=attrgetter("state"))]
        later = list(takewhile(lambda mark: mark[0].state != Progress.State.NEED_HELP, marks))
        request = next(iter(marks[len(later) :]), [])
        has_marked_on = any(mark[-1].history_user in (None, person) for mark in later)
        if later and not has_marked_on and any(row.history_user == person for row in request):
            yield later[-1][-1]


def _not_undone(rows: list[Any]) -> Iterator[Any]:
    """The records of the history of one progress that stand, latest first as they come.

    Undo brings back the moment at which a state was reached: what its person did between the two was undone.
    """
    reached = attrgetter("state", "state_since")
    while rows:
        row, *rows = rows
        yield row
        back = next((n for n, each in enumerate(rows) if reached(each) == reached(row)), 0)
        if all(each.history_user == row.history_user for each in rows[:back]):
            rows = rows[back:]


class Progress(models.Model):
    """An enrolment's state at a milestone; no row means not started. A mentor can waive it for the student."""

    State = ProgressState
    # States in which work has begun, and states in which none is left.
    BEGUN = (State.WORKING, State.NEED_HELP, State.DONE)
    FINISHED = (State.DONE, State.SKIPPED)

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="progress")
    milestone = models.ForeignKey(Milestone, on_delete=models.PROTECT, related_name="progress")
    state = models.CharField(max_length=20, choices=State.choices(), default=State.NOT_STARTED)
    hours = models.DecimalField(
        "hours spent",
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(500)],
    )
    # The time at which the state was reached, such as the call for help. None: imported, and nobody knows when.
    state_since = models.DateTimeField(null=True, blank=True)
    # The words of a request for help; None without any, and in every other state, but for what an older version marks.
    question = models.ForeignKey(
        Question,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="requests_for_help",
        db_index=False,
    )
    # Days in the cohort's time zone: when work began, and when it was done or skipped. Begun without a day: it was
    # imported, and nobody knows since when, whatever was marked later.
    started_on = models.DateField(null=True, blank=True)
    finished_on = models.DateField(null=True, blank=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="progress_changes"
    )
    waived_at = models.DateTimeField(null=True, blank=True)
    waived_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="waivers"
    )

    history = Records()
    objects = ProgressQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "progress"
        indexes = [
            # Few of many: nobody knows when they were begun.
            models.Index(
                fields=["enrolment"],
                name="progress_undated",
                condition=models.Q(state_since=None) | models.Q(started_on=None),
            ),
            # Of all rows, most of which have none, SQLite would hold the index to be of no use.
            models.Index(
                fields=["question"], name="progress_of_question", condition=models.Q(question__isnull=False)
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "milestone"], name="progress_once_a_milestone"),
            models.CheckConstraint(
                condition=models.Q(hours=None) | models.Q(hours__gte=0), name="progress_hours_not_negative"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["done", "skipped"], finished_on__isnull=False)
                | models.Q(state__in=["done", "skipped"], state_since__isnull=True)
                | (~models.Q(state__in=["done", "skipped"]) & models.Q(finished_on__isnull=True)),
                name="progress_finished_has_day",
            ),
            models.CheckConstraint(
                condition=models.Q(started_on=None)
                | models.Q(finished_on=None)
                | models.Q(finished_on__gte=models.F("started_on")),
                name="progress_finishes_after_start",
            ),
            models.CheckConstraint(
                condition=models.Q(waived_at__isnull=True, waived_by__isnull=True)
                | models.Q(waived_at__isnull=False, waived_by__isnull=False),
                name="progress_waived_at_and_by",
            ),
        ]

    # When the request for help was answered, where `tracker.dashboards.facts` has looked it up.
    helped_at: datetime | None = None

    def __str__(self) -> str:
        return f"{self.milestone}: {self.get_state_display()}"

    @property
    def shown_as(self) -> str:
        """A waived milestone that was not started looks like one outside the plan."""
        return "unplanned" if self.waived_at and self.state == Progress.State.NOT_STARTED else self.state

    @property
    def is_open(self) -> bool:
        """Whether there is work left, which is not waived."""
        return self.waived_at is None and self.state not in self.FINISHED

    def enter(self, state: str, on: date | None) -> None:
        """Set the state and its days. When work that goes on began stays as it is, known or not. Does not save.

        Args:
            on: None if nobody knows the day.
        """
        if state == Progress.State.NOT_STARTED:
            self.started_on = None
        elif state in Progress.BEGUN and self.state not in Progress.BEGUN:
            self.started_on = self.started_on or on
        if state != Progress.State.NEED_HELP:
            self.question = None
        self.state = state
        self.finished_on = max(on, self.started_on or on) if on and state in Progress.FINISHED else None
