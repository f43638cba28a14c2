from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce
from django.urls import reverse
from simple_history.models import HistoricalRecords

from courses.models import Cohort, Material, Milestone
from groups.models import Enrolment, Group
from people.models import Edited
from questions.models.answered_within import AnsweredWithin


class QuestionQuerySet(models.QuerySet["Question"]):
    def open(self) -> "QuestionQuerySet":
        """Waiting for an answer, or for more of one."""
        return self.filter(status__in=[Question.Status.OPEN, Question.Status.FOLLOW_UP])

    def originals(self) -> "QuestionQuerySet":
        """Those that are no duplicate."""
        return self.filter(duplicate_of=None)

    def known(self) -> "QuestionQuerySet":
        """Those that stand on the page of their milestone: published, and not waiting for more of an answer."""
        return self.filter(published_at__isnull=False, status=Question.Status.ANSWERED)

    def publishable(self) -> "QuestionQuerySet":
        """Those of which `Question.why_not_published` has nothing to say."""
        return self.originals().filter(
            published_at=None,
            status=Question.Status.ANSWERED,
            visibility=Question.Visibility.COURSE,
            milestone__isnull=False,
        )

    def held(self) -> "QuestionQuerySet":
        """These, held until the end of the transaction: duplicates before what they point at, else by their ids.

        That is the order in which the triggers that add asks up hold them too, so that nobody waits crosswise.
        """
        rows = self.select_for_update(of=("self",), no_key=True)
        return rows.order_by(models.F("duplicate_of").asc(nulls_last=True), "pk")

    def with_ask_count(
        self, name: str = "ask_count", of: "models.QuerySet[Ask] | None" = None
    ) -> "QuestionQuerySet":
        """Annotate `ask_count`: how often the question and its duplicates were asked. No query of its own.

        Args:
            of: count only these asks, under another name.
        """
        asks = Ask.objects.all() if of is None else of
        counted = _count(asks.filter(question=models.OuterRef("pk")))
        return self.annotate(
            **{name: counted + _count(asks.filter(question__duplicate_of=models.OuterRef("pk")))}
        )


def _count(asks: models.QuerySet["Ask"]) -> Coalesce:
    # Two counts, each by an index of its own, are quicker than one with an OR over a join.
    counted = asks.order_by().values(every=models.Value(1)).annotate(count=models.Count("*")).values("count")
    return Coalesce(models.Subquery(counted, output_field=models.IntegerField()), 0)


class Question(Edited):
    """Something a student wants to know. It belongs to a cohort, and to the group in which it was first asked."""

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
        # A duplicate has no status of its own: the question it points at has.
        DUPLICATE = "duplicate", "duplicate"

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="questions")
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="questions")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="questions_asked"
    )
    asked_at = models.DateTimeField()
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
    first_answered_at = models.DateTimeField(null=True, blank=True)
    duplicate_of = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="duplicates"
    )

    # Shown on the page of its milestone to everybody who takes the course, this cohort and the next ones.
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="questions_published",
    )

    # What the search looks through: title, detail and answers as questions.search folds them. The actions keep it.
    search_text = models.TextField(default="", blank=True, editable=False)

    # Minutes, in steps; see there. Empty while it waits for its first answer.
    answered_within = models.GeneratedField(
        expression=AnsweredWithin("asked_at", "first_answered_at"),
        output_field=models.IntegerField(null=True),
        db_persist=True,
    )

    history = HistoricalRecords(excluded_fields=["search_text", "answered_within"])
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
                condition=~models.Q(status="answered") | models.Q(first_answered_at__isnull=False),
                name="question_answered_has_answer",
            ),
            models.CheckConstraint(
                condition=models.Q(published_at__isnull=True, published_by__isnull=True)
                | models.Q(published_at__isnull=False, published_by__isnull=False),
                name="question_published_at_and_by",
            ),
            # What only a group or a cohort may see is never shown to the next one.
            models.CheckConstraint(
                condition=models.Q(published_at__isnull=True)
                | models.Q(visibility="course", first_answered_at__isnull=False, duplicate_of__isnull=True),
                name="question_published_for_the_course",
            ),
        ]
        indexes = [
            models.Index(fields=["cohort", "status"], name="question_cohort_status"),
            models.Index(fields=["group", "status"], name="question_group_status"),
            # Few of many: those on the page of a milestone.
            models.Index(
                fields=["milestone"],
                name="question_published",
                condition=models.Q(published_at__isnull=False),
            ),
            # What the trends count, without a look at the rows.
            models.Index(
                fields=["cohort", "milestone", "category", "answered_within", "material", "asked_at"],
                condition=models.Q(duplicate_of=None),
                name="question_trends",
            ),
            models.Index(
                fields=["asked_at", "cohort", "milestone", "category", "material"],
                condition=models.Q(status__in=["open", "follow_up"]),
                name="question_waiting",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("questions:question-detail", args=[self.pk])

    @property
    def may_stay_published(self) -> bool:
        """Whether it may be shown to the next cohort: the course sees it, it has an answer, and is no duplicate."""
        return (
            self.visibility == Question.Visibility.COURSE
            and self.first_answered_at is not None
            and self.duplicate_of_id is None
        )

    @property
    def why_not_published(self) -> str:
        """Say what to do before it can be published; nothing if it can."""
        if self.duplicate_of_id is not None:
            return "It is a duplicate: publish the question it points at."
        if self.status != Question.Status.ANSWERED:
            return "Answer it first, or mark it as answered."
        if self.visibility != Question.Visibility.COURSE:
            return "Not everybody in the course may see it. Who asked it can change that, or who logged it."
        if self.milestone_id is None:
            return "Give it a milestone first: known questions stand on the page of theirs."
        return ""

    def reaches(self, other: "Question") -> bool:
        """Say whether everybody who may see the other question may see this one."""
        return (
            self.visibility == Question.Visibility.COURSE
            or (
                self.visibility == Question.Visibility.COHORT
                and other.visibility != Question.Visibility.COURSE
                and self.cohort_id == other.cohort_id
            )
            or (other.visibility == Question.Visibility.GROUP and self.group_id == other.group_id)
        )


class Ask(models.Model):
    """Each time somebody asked a question, the first time among them; counted at the question it duplicates, if any."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="asks")
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="asks")
    # Blank: somebody of the group, the mentor did not say who.
    enrolment = models.ForeignKey(
        Enrolment, null=True, blank=True, on_delete=models.PROTECT, related_name="asks"
    )
    asked_at = models.DateTimeField()
    # The Monday of the week in the time zone that the cohort had that day.
    week_starts_on = models.DateField("week")
    logged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="asks_logged"
    )

    class Meta:
        indexes = [models.Index(fields=["asked_at"], name="ask_asked_at")]
        constraints = [
            models.UniqueConstraint(
                fields=["question", "enrolment", "asked_at"], name="ask_once_a_student_and_moment"
            ),
            # ISO weekday 1, as for check-ins.
            models.CheckConstraint(
                condition=models.Q(week_starts_on__iso_week_day=1), name="ask_week_starts_monday"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question} asked at {self.asked_at:%Y-%m-%d}"


class Answer(Edited):
    """An answer to a question, in Markdown."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="answers")
    body = models.TextField("answer")
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="answers_given"
    )
    answered_at = models.DateTimeField()

    history = HistoricalRecords()

    def __str__(self) -> str:
        return f"Answer of {self.answered_by} to {self.question}"
