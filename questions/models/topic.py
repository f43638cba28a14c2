from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce, Greatest, Least
from django.urls import reverse

from courses.models import Course
from lib.counting import count_of
from lib.history import Records
from lib.texts import SHARED
from people.models import Edited
from questions.models.question import Ask, Question, QuestionQuerySet, of_original

# How far back asks count for what is to be improved, and how many of the topics asked most are looked at.
_RECENT, _LOOKED_AT = timedelta(weeks=4), 100


class TopicQuerySet(models.QuerySet["Topic"]):
    def standing(self) -> "TopicQuerySet":
        return self.filter(merged_into=None)

    def standing_for(self, topics: Iterable[int]) -> "TopicQuerySet":
        """The topics of these ids, each replaced by the one it was merged into, if any."""
        rows = Topic.objects.filter(pk__in=topics)
        return self.filter(pk__in=rows.values(stands=Coalesce("merged_into", "pk")))

    def with_size(self, questions: QuestionQuerySet, name: str = "size") -> "TopicQuerySet":
        return self.annotate(**{name: count_of(questions.filter(placement__topic=models.OuterRef("pk")))})


class Topic(Edited):
    """Questions of a course, from all its cohorts, that ask about the same.

    Merged into another topic, it has no questions; its URL leads to the other topic.
    """

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="topics")
    # Blank: the title of the representative is shown.
    title = models.CharField("name", max_length=300, blank=True)
    representative = models.ForeignKey(
        Question, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    found_at = models.DateTimeField()
    # Pinned topics come first in every list.
    pinned_at = models.DateTimeField(null=True, blank=True)
    pinned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="topics_pinned",
    )
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged"
    )

    texts = {"title": SHARED}
    history = Records()
    objects = TopicQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(pinned_at__isnull=True, pinned_by__isnull=True)
                | models.Q(pinned_at__isnull=False, pinned_by__isnull=False),
                name="topic_pinned_at_and_by",
            ),
            models.CheckConstraint(
                condition=models.Q(merged_into__isnull=True) | ~models.Q(merged_into=models.F("pk")),
                name="topic_not_merged_into_itself",
            ),
        ]

    def __str__(self) -> str:
        return self.title or (self.representative.title if self.representative else "Topic without a name")

    def get_absolute_url(self) -> str:
        return reverse("trends:topic-detail", args=[self.pk])

    def with_merged(self) -> TopicQuerySet:
        """This topic and those that were merged into it."""
        return Topic.objects.filter(models.Q(pk=self.pk) | models.Q(merged_into=self.pk))


def topics_to_improve(course: Course, now: datetime, *, most: int = 2) -> list[tuple[Topic, int]]:
    """Return the topics asked most in the last four weeks, over all cohorts, each with these asks.

    Left out are those for which a need waits or was refused, and those that nobody asked about since they were changed.
    """
    asks = Ask.objects.dated().filter(asked_at__gte=now - _RECENT)
    of_course: Any = asks.filter(group__cohort__in=course.cohorts.filter(archived_at=None)).order_by()
    counted = of_course.annotate(topic=of_original("placement__topic")).filter(topic__isnull=False)
    ranked = counted.values_list("topic").annotate(asks=models.Count("*"), last_at=models.Max("asked_at"))
    asked = {pk: (count, at) for pk, count, at in ranked.order_by("-asks", "topic")[:_LOOKED_AT]}
    unchanged = course.material_needs.exclude(state="changed")
    settled = models.Q(material_needs__in=unchanged) | models.Q(merged__material_needs__in=unchanged)
    # A topic has two questions at least.
    sized = Topic.objects.standing().with_size(Question.objects.originals()).filter(models.Q(size__gte=2))
    # Of a hundred the two first are shown: of the others nothing is read that is long.
    topics = (
        sized.select_related("representative").only("title", "representative__title").filter(pk__in=asked)
    )
    open_ones: Any = topics.exclude(pk__in=Topic.objects.filter(settled, pk__in=asked).values("pk")).annotate(
        changed_on=models.Max("material_changes__changed_on"),
        merged_changed_on=models.Max("merged__material_changes__changed_on"),
    )
    found = {
        row.pk: row
        for row in open_ones
        if all(asked[row.pk][1].date() > day for day in (row.changed_on, row.merged_changed_on) if day)
    }
    return [(found[pk], count) for pk, (count, _) in asked.items() if pk in found][:most]


class Placement(models.Model):
    """The topic of a question; NULL if it was compared and is not like the questions of any.

    A refresh never changes a placement by hand, not even one in no topic. Duplicates have no placement.
    """

    question = models.OneToOneField(Question, on_delete=models.CASCADE, related_name="placement")
    topic = models.ForeignKey(
        Topic, null=True, blank=True, on_delete=models.CASCADE, related_name="placements"
    )
    # While it is in no topic: the question that it is likest, and how like. People are asked whether both ask the same.
    likest = models.ForeignKey(Question, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    # An older process, which an upgrade leaves running for a while, does not know it.
    likeness = models.FloatField(default=0, db_default=0)
    is_by_hand = models.BooleanField(default=False)
    placed_at = models.DateTimeField()

    # See lib.references.
    goes_along = {"question": models.Q(is_by_hand=False)}

    history = Records()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(likest__isnull=True) | models.Q(topic__isnull=True, is_by_hand=False),
                name="placement_likest_only_while_unplaced",
            ),
        ]
        indexes = [
            # The likest pairs are shown first.
            models.Index(
                models.F("likeness").desc(),
                condition=models.Q(likest__isnull=False),
                name="placement_likest_first",
            )
        ]

    def __str__(self) -> str:
        return f"{self.question} in {self.topic or 'no topic'}"


class NotTheSameQuerySet(models.QuerySet["NotTheSame"]):
    def of(self, one: Any, other: Any) -> "NotTheSameQuerySet":
        """What was said of a pair, by ids or references to them, in any order."""
        return self.filter(question=Least(one, other), other=Greatest(one, other))


class NotTheSame(models.Model):
    """Somebody said that two questions do not ask the same: they are never in one topic, nor offered to be merged."""

    # The one with the smaller id, so that a pair is stored once.
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="not_the_same")
    other = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="not_the_same_as")
    said_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="differences_said"
    )
    said_at = models.DateTimeField()

    objects = NotTheSameQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "not the same"
        constraints = [
            models.UniqueConstraint(fields=["question", "other"], name="not_the_same_once_a_pair"),
            models.CheckConstraint(
                condition=models.Q(question__lt=models.F("other")), name="not_the_same_smaller_first"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question} is not {self.other}"
