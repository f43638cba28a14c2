from collections import Counter
from collections.abc import Collection
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.safestring import SafeString

from courses.models import Cohort, Course, Material, Milestone
from groups.models import Enrolment, Group
from lib.counting import count_of
from lib.history import Records
from lib.markdown import to_html
from lib.markdown_pictures import keys_in
from lib.mondays import IsMonday
from lib.texts import NO_NAMES, Personal
from people.models import Edited
from questions.models.answered_within import AnsweredWithin
from questions.models.picture import load_pictures


class QuestionQuerySet(models.QuerySet["Question"]):
    def open(self) -> "QuestionQuerySet":
        """Open or marked for follow-up."""
        return self.filter(status__in=Question.WAITING)

    def originals(self) -> "QuestionQuerySet":
        return self.filter(duplicate_of=None)

    def originals_of(self, questions: "QuestionQuerySet") -> "QuestionQuerySet":
        """The originals among those questions, and the originals of the duplicates among them."""
        of_duplicates = questions.exclude(duplicate_of=None).values("duplicate_of")
        return self.originals().filter(
            models.Q(pk__in=questions.values("pk")) | models.Q(pk__in=of_duplicates)
        )

    def asked_in(self, asks: "models.QuerySet[Ask]") -> "QuestionQuerySet":
        """The originals that these asks count for."""
        originals = asks.order_by().values(original=Coalesce("question__duplicate_of", "question"))
        return self.filter(pk__in=originals)

    def known(self) -> "QuestionQuerySet":
        """Shown on the page of their milestone: published and answered. They belong to the course, not to a cohort."""
        return self.filter(is_known())

    def with_ask_count(
        self, name: str = "ask_count", of: "models.QuerySet[Ask] | None" = None
    ) -> "QuestionQuerySet":
        """Annotate `ask_count`: the asks of the question and of its duplicates.

        Args:
            of: count only these asks.
        """
        asks = Ask.objects.all() if of is None else of
        own = asks.filter(question=models.OuterRef("pk"))
        of_duplicates = asks.filter(question__duplicate_of=models.OuterRef("pk"))
        return self.annotate(**{name: count_of(own) + count_of(of_duplicates)})


def is_known() -> models.Q:
    return models.Q(published_at__isnull=False, status=Question.Status.ANSWERED)


def _first_asked_by(person: int) -> models.Q:
    """Match the questions that the person asked first, also where a mentor logged them."""
    asks = Ask.objects.filter(enrolment__person=person, asked_at=models.F("question__asked_at"))
    return models.Q(pk__in=asks.values("question"))


class Question(Edited):
    """A student's question. Its group is the one where it was first asked."""

    class Category(models.TextChoices):
        CONCEPT = "concept", "concept"
        UNCLEAR_MATERIAL = "unclear_material", "unclear material"
        WRONG_MATERIAL = "wrong_material", "wrong material"
        SETUP = "setup", "setup"
        EXERCISE = "exercise", "exercise"
        LOGISTICS = "logistics", "logistics"

    class Visibility(models.TextChoices):
        GROUP = "group", "my group and its mentors"
        COHORT = "cohort", "everybody in the cohort"
        COURSE = "course", "everybody in the course"

    class Status(models.TextChoices):
        OPEN = "open", "open"
        ANSWERED = "answered", "answered"
        FOLLOW_UP = "follow_up", "needs follow-up"
        # Its cohort was closed, or the request for help whose words it is was sorted out, before anybody answered.
        CLOSED = "closed", "closed without an answer"
        # A duplicate has no status of its own; its original has.
        DUPLICATE = "duplicate", "duplicate"

    WAITING = (Status.OPEN, Status.FOLLOW_UP)

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="questions")
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="questions")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="questions_asked"
    )
    # The time of the first ask; if it `is_undated`, that of its import: nobody knows when it was asked.
    asked_at = models.DateTimeField()
    is_undated = models.BooleanField(default=False, editable=False)
    # Asked by a request for help, of which it has the promise.
    is_for_help = models.BooleanField(default=False, editable=False)
    is_asker_hidden = models.BooleanField("hide my name from other students", default=False)
    milestone = models.ForeignKey(
        Milestone, null=True, blank=True, on_delete=models.PROTECT, related_name="questions"
    )
    material = models.ForeignKey(
        Material, null=True, blank=True, on_delete=models.PROTECT, related_name="questions"
    )
    title = models.CharField("question", max_length=300)
    detail = models.TextField(blank=True)
    category = models.CharField(max_length=20, choices=Category, blank=True)
    visibility = models.CharField(max_length=20, choices=Visibility, default=Visibility.COHORT)
    status = models.CharField(max_length=20, choices=Status, default=Status.OPEN)
    # None without an answer, or if nobody knows when the first one was given: then it is `is_answer_undated`.
    first_answered_at = models.DateTimeField(null=True, blank=True)
    is_answer_undated = models.BooleanField(default=False, editable=False)
    # Its index, question_duplicates, leaves originals out: most rows are, and a planner that knows only the mean number
    # of duplicates would read them all by it.
    duplicate_of = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="duplicates",
        db_index=False,
    )

    # Known questions are shown to this cohort and later ones, on the page of their milestone.
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="questions_published",
    )

    # Title, detail and answers, folded by questions.search; the actions keep it up to date.
    search_text = models.TextField(default="", blank=True, editable=False)

    # Minutes; NULL without an answer.
    answered_within = models.GeneratedField(
        expression=AnsweredWithin("asked_at", "first_answered_at"),
        output_field=models.IntegerField(null=True),
        db_persist=True,
    )

    texts = {
        "title": Personal(by=("asked_by", _first_asked_by)),
        "detail": Personal(by=("asked_by", _first_asked_by)),
        "search_text": NO_NAMES,
    }
    # Only where a queryset annotates them: with_ask_count, and questions.access.questions.with_asker.
    ask_count: int
    is_from_student: bool

    history = Records(excluded_fields=["search_text", "answered_within"])
    objects = QuestionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(duplicate_of__isnull=True) & ~models.Q(status="duplicate")
                | models.Q(duplicate_of__isnull=False, status="duplicate"),
                name="question_duplicate_has_no_own_status",
            ),
            models.CheckConstraint(
                condition=models.Q(duplicate_of__isnull=True) | ~models.Q(duplicate_of=models.F("pk")),
                name="question_no_duplicate_of_itself",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="answered")
                | models.Q(first_answered_at__isnull=False)
                | models.Q(is_answer_undated=True),
                name="question_answered_has_answer",
            ),
            models.CheckConstraint(
                condition=models.Q(published_at__isnull=True, published_by__isnull=True)
                | models.Q(published_at__isnull=False, published_by__isnull=False),
                name="question_published_at_and_by",
            ),
            # A question open to a group or cohort only is never shown to the next cohort.
            models.CheckConstraint(
                condition=models.Q(published_at__isnull=True)
                | models.Q(visibility="course", first_answered_at__isnull=False, duplicate_of__isnull=True)
                | models.Q(visibility="course", is_answer_undated=True, duplicate_of__isnull=True),
                name="question_published_for_the_course",
            ),
        ]
        indexes = [
            # Covers the counts of what waits, where SQLite does not see that question_waiting holds them.
            models.Index(
                fields=["cohort", "status", "milestone", "category", "material", "asked_at", "is_undated"],
                name="question_cohort_status",
            ),
            models.Index(fields=["group", "status"], name="question_group_status"),
            models.Index(
                fields=["duplicate_of"],
                name="question_duplicates",
                condition=models.Q(duplicate_of__isnull=False),
            ),
            # Finds the newest that somebody may see, and covers counting what they may see.
            models.Index(
                fields=[
                    "asked_at",
                    "id",
                    "cohort",
                    "group",
                    "visibility",
                    "status",
                    "asked_by",
                    "duplicate_of",
                ],
                name="question_listed",
                condition=models.Q(duplicate_of=None),
            ),
            # Few questions are known.
            models.Index(
                fields=["milestone"],
                name="question_published",
                condition=models.Q(published_at__isnull=False),
            ),
            # Covers the counts of the trends.
            models.Index(
                fields=[
                    "cohort",
                    "milestone",
                    "category",
                    "answered_within",
                    "is_answer_undated",
                    "material",
                    "asked_at",
                    "is_undated",
                ],
                condition=models.Q(duplicate_of=None),
                name="question_trends",
            ),
            models.Index(
                fields=["asked_at", "cohort", "milestone", "category", "material", "is_undated"],
                condition=models.Q(status__in=["open", "follow_up"]),
                name="question_waiting",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("questions:question-detail", args=[self.pk])

    @property
    def html(self) -> SafeString:
        return to_html(self.detail, self.pictures_in(self.detail))

    def pictures_in(self, text: str) -> dict[str, tuple[int, int]]:
        """The sizes of its pictures by address, if the text names any."""
        if not keys_in(text):
            return {}
        load_pictures([self])
        return {each.get_absolute_url(): (each.width, each.height) for each in self.pictures.all()}

    def promised_days(self, course: Course) -> int:
        """Within how many weekdays its course has promised an answer."""
        return course.help_days if self.is_for_help else course.question_days

    @property
    def asks_label(self) -> str:
        return asks_label(self.ask_count)

    @property
    def is_open(self) -> bool:
        """Open or marked for follow-up."""
        return self.status in Question.WAITING

    @property
    def is_answered(self) -> bool:
        return self.status == Question.Status.ANSWERED

    @property
    def is_known(self) -> bool:
        """What `known` selects."""
        return self.published_at is not None and self.is_answered

    @property
    def has_answer(self) -> bool:
        return self.first_answered_at is not None or self.is_answer_undated

    def keep_first_answer(self, moments: Collection[datetime | None]) -> None:
        """Set when the first of its answers was given; unknown if that of any is. Does not save."""
        self.is_answer_undated = None in moments
        dated = [moment for moment in moments if moment is not None]
        self.first_answered_at = None if self.is_answer_undated else min(dated, default=None)

    @property
    def may_stay_published(self) -> bool:
        """Whether it may be shown to the next cohort: open to the course, with an answer, not a duplicate."""
        return (
            self.visibility == Question.Visibility.COURSE and self.has_answer and self.duplicate_of_id is None
        )

    @property
    def why_not_published(self) -> str:
        """Say what to do before it can be published; "" if it can."""
        if self.duplicate_of_id is not None:
            return "It is a duplicate: publish the original instead."
        if self.status != Question.Status.ANSWERED:
            return "Answer it first, or mark it as answered."
        if self.visibility != Question.Visibility.COURSE:
            return "Not everyone in the course may see it. The person who asked or logged it can change that."
        if self.milestone_id is None:
            return "Choose a milestone first: frequent questions appear on the page of their milestone."
        return ""

    def reaches(self, other: "Question") -> bool:
        """Whether everybody who may see the other question may see this one."""
        return (
            self.visibility == Question.Visibility.COURSE
            or (
                self.visibility == Question.Visibility.COHORT
                and other.visibility != Question.Visibility.COURSE
                and self.cohort_id == other.cohort_id
            )
            or (other.visibility == Question.Visibility.GROUP and self.group_id == other.group_id)
        )


def asks_label(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


class AskQuerySet(models.QuerySet["Ask"]):
    def dated(self) -> "AskQuerySet":
        """Those of which somebody knows when: what is counted by week."""
        return self.filter(week_starts_on__isnull=False)


class Ask(models.Model):
    """One time a question was asked, including the first; asks of a duplicate count at its original."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="asks")
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="asks")
    # Blank: somebody of the group; the mentor did not say who.
    enrolment = models.ForeignKey(
        Enrolment, null=True, blank=True, on_delete=models.PROTECT, related_name="asks"
    )
    # The time of the ask; without a week, that of its import.
    asked_at = models.DateTimeField()
    # The Monday of the week, in the time zone that the cohort had that day. None: imported, and nobody knows when.
    week_starts_on = models.DateField("week", null=True, blank=True)
    logged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="asks_logged"
    )
    # The asker took an earlier question's answer: nobody was told, and it waited for nobody.
    is_answered_already = models.BooleanField(default=False)

    objects = AskQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["asked_at"], name="ask_asked_at")]
        constraints = [
            models.UniqueConstraint(
                fields=["question", "enrolment", "asked_at"], name="ask_once_a_student_and_moment"
            ),
            models.CheckConstraint(condition=IsMonday("week_starts_on"), name="ask_week_starts_monday"),
        ]

    def __str__(self) -> str:
        return f"{self.question} asked at {self.asked_at:%Y-%m-%d}"

    @property
    def is_undated(self) -> bool:
        return self.week_starts_on is None


def of_original(field: str) -> models.Case:
    """A field of what was asked, for a query of asks: a duplicate counts as its original."""
    own = models.When(question__duplicate_of=None, then=models.F(f"question__{field}"))
    return models.Case(own, default=models.F(f"question__duplicate_of__{field}"))


def asks_of(originals: Collection[int]) -> models.QuerySet[Ask]:
    """Return the asks of these questions and of their duplicates."""
    # Not an OR over the join from asks: that would read all asks.
    family = Question.objects.filter(models.Q(pk__in=originals) | models.Q(duplicate_of__in=originals))
    return Ask.objects.filter(question__in=family)


def ask_counts(originals: Collection[int]) -> Counter[int]:
    """Count the asks of a few questions, as `with_ask_count` does for many."""
    pairs = asks_of(originals).values_list("question", "question__duplicate_of")
    return Counter(original or question for question, original in pairs)
