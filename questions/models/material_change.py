from functools import cache
from textwrap import shorten
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce
from django.urls import reverse

from courses.models import Course, Material, Milestone
from lib.counting import count_of
from lib.history import Records
from lib.texts import SHARED
from people.models import Edited
from questions.models.question import Ask, Question, asks_label
from questions.models.topic import Topic


class MaterialChange(Edited):
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="material_changes")
    what = models.TextField("what was changed")
    material = models.ForeignKey(
        Material, null=True, blank=True, on_delete=models.PROTECT, related_name="changes"
    )
    # Its effect is measured by asks about this milestone; blank: about the whole course.
    milestone = models.ForeignKey(
        Milestone, null=True, blank=True, on_delete=models.PROTECT, related_name="material_changes"
    )
    url = models.URLField("link", max_length=1000, blank=True)
    changed_on = models.DateField("changed on")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="material_changes"
    )
    recorded_at = models.DateTimeField()
    questions = models.ManyToManyField(Question, blank=True, related_name="material_changes")
    topics = models.ManyToManyField(Topic, blank=True, related_name="material_changes")
    # The time at which the askers were mailed.
    told_at = models.DateTimeField(null=True, blank=True)
    told_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="changes_told"
    )

    texts = {"what": SHARED, "url": SHARED}
    history = Records()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(told_at__isnull=True, told_by__isnull=True)
                | models.Q(told_at__isnull=False, told_by__isnull=False),
                name="material_change_told_at_and_by",
            )
        ]

    def __str__(self) -> str:
        return shorten(self.what.strip().split("\n", 1)[0], 100, placeholder=" …")

    @property
    def more(self) -> str:
        """What was changed, without the first line if that is its name."""
        return self.what.strip().removeprefix(str(self)).strip()

    def get_absolute_url(self) -> str:
        return reverse("trends:change-detail", args=[self.pk])

    def answered_ids(self) -> dict[str, list[int]]:
        """The ids of the questions and topics that it answers."""
        answered = {"questions": self.questions, "topics": self.topics}
        return {name: list(rows.values_list("pk", flat=True)) for name, rows in answered.items()}


# The processes of 1.0.0 note needs as to do, and begin them, until an upgrade has ended them.
_BEGUN = "doing"
OPEN_STATES = ["to_do", _BEGUN]


class MaterialNeedQuerySet(models.QuerySet["MaterialNeed"]):
    def open(self) -> "MaterialNeedQuerySet":
        return self.filter(state__in=OPEN_STATES)

    def in_state(self, state: str) -> "MaterialNeedQuerySet":
        return self.open() if state in OPEN_STATES else self.filter(state=state)

    def most_asked_first(self) -> "MaterialNeedQuerySet":
        """Where `ask_count` is annotated; of as many asks, the one that waits longest."""
        return self.order_by(models.F("ask_count").desc(), "noted_at", "pk")


@cache
def needs_with_ask_count() -> MaterialNeedQuerySet:
    """All needs, with `ask_count`: the asks of the question, of all questions of the topic, or about the material.

    Putting it together takes as long as asking for it; it is the same every time.
    """
    at_question = Coalesce(models.OuterRef("question__duplicate_of"), models.OuterRef("question"))
    at_topic = Coalesce(models.OuterRef("topic__merged_into"), models.OuterRef("topic"))
    asks = Ask.objects.filter(group__cohort__archived_at=None)
    # A need is of one of them; of the others nothing was asked.
    counts = {
        "ask_count": _count(asks, "pk", at_question)
        + _count(asks, "placement__topic", at_topic)
        + _count(asks, "material", models.OuterRef("material"))
    }
    return MaterialNeed.objects.annotate(**counts)


def _count(asks: models.QuerySet[Ask], field: str, value: Any) -> Any:
    """Count those of the originals whose field has the value, and of their duplicates."""
    own = asks.filter(**{f"question__{field}": value}, question__duplicate_of=None)
    return count_of(own) + count_of(asks.filter(**{f"question__duplicate_of__{field}": value}))


class MaterialNeed(Edited):
    """A question, topic or material that needs better material, and what is done about it."""

    class State(models.TextChoices):
        OPEN = "to_do", "open"
        CHANGED = "changed", "changed"
        WONT_CHANGE = "wont_change", "won't change"

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="material_needs")
    question = models.ForeignKey(
        Question, null=True, blank=True, on_delete=models.PROTECT, related_name="material_needs"
    )
    topic = models.ForeignKey(
        Topic, null=True, blank=True, on_delete=models.PROTECT, related_name="material_needs"
    )
    material = models.ForeignKey(
        Material, null=True, blank=True, on_delete=models.PROTECT, related_name="needs"
    )
    why = models.CharField(max_length=300)
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="material_needs_noted"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="material_needs_owned",
    )
    state = models.CharField(
        max_length=20,
        choices=[*State.choices, (_BEGUN, State.OPEN.label)],
        default=State.OPEN,
    )
    # The reason that nothing will change.
    reason = models.CharField(max_length=300, blank=True)
    # The change that settled it.
    change = models.ForeignKey(
        MaterialChange, null=True, blank=True, on_delete=models.PROTECT, related_name="needs"
    )
    state_since = models.DateTimeField()

    texts = {"why": SHARED, "reason": SHARED}
    history = Records()
    objects = MaterialNeedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(question__isnull=False, topic__isnull=True, material__isnull=True)
                | models.Q(question__isnull=True, topic__isnull=False, material__isnull=True)
                | models.Q(question__isnull=True, topic__isnull=True, material__isnull=False),
                name="material_need_of_one_thing",
            ),
            models.CheckConstraint(
                condition=models.Q(state="changed", change__isnull=False)
                | (~models.Q(state="changed") & models.Q(change__isnull=True)),
                name="material_need_changed_by_a_change",
            ),
            models.CheckConstraint(
                condition=models.Q(state="wont_change") & ~models.Q(reason="")
                | (~models.Q(state="wont_change") & models.Q(reason="")),
                name="material_need_wont_change_has_reason",
            ),
            *(
                models.UniqueConstraint(
                    fields=[thing],
                    condition=models.Q(state__in=OPEN_STATES),
                    name=f"material_need_one_waiting_a_{thing}",
                )
                for thing in ("question", "topic", "material")
            ),
        ]

    # Only where `needs_with_ask_count` and `counted_needs` annotate them.
    ask_count: int
    note_count: int

    def __str__(self) -> str:
        thing = self.question or self.topic or self.material
        return f"{thing} needs {'work' if self.material_id else 'material'}"

    def get_absolute_url(self) -> str:
        return reverse("trends:need-detail", args=[self.pk])

    @property
    def kind(self) -> str:
        return "question" if self.question_id else "topic" if self.topic_id else "material"

    @property
    def about(self) -> str:
        return f"{self.kind} that needs {'work' if self.material_id else 'material'}"

    @property
    def subject(self) -> Question | Topic | Material | None:
        """The question, topic or material of the change; if it was merged since, the one it was merged into."""
        if self.question is not None:
            return self.question.duplicate_of or self.question
        if self.topic is not None:
            return self.topic.merged_into or self.topic
        return self.material

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def asks_label(self) -> str:
        return asks_label(self.ask_count) if self.ask_count else "not yet"


class NeedNote(models.Model):
    """A further note of the same need, made while it was not settled."""

    need = models.ForeignKey(MaterialNeed, on_delete=models.CASCADE, related_name="notes")
    why = models.CharField(max_length=300)
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="need_notes"
    )

    texts = {"why": SHARED}

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(why=""), name="need_note_says_why"),
        ]

    def __str__(self) -> str:
        return self.why
