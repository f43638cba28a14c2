"""Topics for lists, with figures that their reader may count."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    Aggregate,
    Case,
    Count,
    F,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    When,
)
from django.urls import reverse

from lib.weeks import monday_of
from questions.models import MaterialChange, MaterialNeed, Placement, Question, Topic
from questions.models.question import of_original
from trends.access.topics import asks_to_count, questions_to_count
from trends.access.trends import TrendsAccess
from trends.forms.topics import TopicFilterForm

# The number of previous weeks that this week is compared with.
WEEKS_BEFORE = 4


@dataclass(frozen=True, slots=True)
class Tally:
    """The asks about a topic: in total, this week, and in the four weeks before."""

    asks: int = 0
    this_week: int = 0
    weeks_before: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.asks + other.asks,
            self.this_week + other.this_week,
            self.weeks_before + other.weeks_before,
            min(filter(None, (self.first_at, other.first_at)), default=None),
            max(filter(None, (self.last_at, other.last_at)), default=None),
        )

    @property
    def is_new(self) -> bool:
        return self.asks == self.this_week > 0

    @property
    def recent_label(self) -> str:
        if self.is_new:
            return f"new: {self.this_week} this week"
        if not self.this_week and not self.weeks_before:
            return f"none in the last {WEEKS_BEFORE + 1} weeks"
        mean = self.weeks_before / WEEKS_BEFORE
        before = f"{mean:.1f}".removesuffix(".0") + " a week before"
        if mean < 1:
            before = f"{self.weeks_before or 'none'} in the {WEEKS_BEFORE} weeks before"
        return f"{self.this_week or 'none'} this week, {before}"


@dataclass(frozen=True, slots=True)
class TopicRow:
    """A topic for one reader. `size` is the number of its questions that they may see."""

    id: int
    title: str
    size: int
    answered: int
    is_pinned: bool
    tally: Tally
    group_count: int
    # None for mentors, and if nothing is to be done.
    need: MaterialNeed | None
    changes: list[MaterialChange]

    @property
    def url(self) -> str:
        return reverse("trends:topic-detail", args=[self.id])

    @property
    def answered_label(self) -> str:
        return f"{self.answered} of {self.size}" if self.answered else "none"


def tallies(access: TrendsAccess, *, now: datetime, sort: str) -> dict[int, Tally]:
    """Return the reader's tally of each topic that was asked about: of its moments only those that order it."""
    figures = _figures(now)
    del figures["first_at"]
    if sort != TopicFilterForm.NEWEST:
        del figures["last_at"]
    tally_of: dict[int, Tally] = {}
    asks = asks_to_count(access)
    # Of the originals and of their duplicates by themselves: so the database begins at the topics, not at all asks.
    for question in ("question", "question__duplicate_of"):
        topic = f"{question}__placement__topic"
        asked = asks.filter(**{f"{question}__duplicate_of": None, f"{topic}__course": access.course})
        for pk, *counted in asked.order_by().values_list(topic).annotate(**figures):
            tally = Tally(**dict(zip(figures, counted, strict=True)))
            tally_of[pk] = tally_of[pk] + tally if pk in tally_of else tally
    return tally_of


def _figures(now: datetime) -> dict[str, Aggregate]:
    """The aggregates of a `Tally` in the order of its fields."""
    monday = monday_of(now.date())
    is_before = Q(week_starts_on__gte=monday - timedelta(weeks=WEEKS_BEFORE), week_starts_on__lt=monday)
    return {
        "asks": Count("pk"),
        "this_week": Count("pk", filter=Q(week_starts_on__gte=monday)),
        "weeks_before": Count("pk", filter=is_before),
        "first_at": Min("asked_at", filter=Q(week_starts_on__isnull=False)),
        "last_at": Max("asked_at", filter=Q(week_starts_on__isnull=False)),
    }


def asks_by_topic(access: TrendsAccess, topics: Sequence[int] | None = None) -> QuerySet[Any, Any]:
    """Return the asks that the reader may count, annotated with `topic`: the topic of the original question."""
    counted = asks_to_count(access)
    if topics is not None:
        # By ids of questions: a condition on two joins would read every ask.
        placed = Placement.objects.filter(topic__in=topics).values("question")
        duplicates = Question.objects.filter(duplicate_of__in=placed).values("pk")
        counted = counted.filter(question__in=placed.union(duplicates, all=True))
    return counted.annotate(topic=of_original("placement__topic")).filter(Q(topic__isnull=False)).order_by()


def topic_order(tally_of: dict[int, Tally], pinned: Collection[int], sort: str) -> list[int]:
    """Return ids in the order `sort`; by default pinned, new, then by asks this week, before, and in total."""

    def key(topic: int) -> tuple[float, ...]:
        tally = tally_of[topic]
        if sort == TopicFilterForm.MOST_ASKED:
            return -tally.asks, topic
        if sort == TopicFilterForm.NEWEST:
            return -tally.last_at.timestamp() if tally.last_at else 0.0, topic
        is_new, earlier = tally.is_new, tally.weeks_before
        return topic not in pinned, not is_new, -tally.this_week, -earlier, -tally.asks, topic

    return sorted(tally_of, key=key)


def topic_rows(topics: Sequence[int], *, access: TrendsAccess, now: datetime) -> list[TopicRow]:
    """Return topics in the order of their ids, as this reader may see them.

    Args:
        topics: ids of `trends.access.topics.topics_to_read`.
    """
    if not topics:
        return []
    asked = _asked(access, topics, now)
    need_of, changes_of = _needs_and_changes(topics) if access.is_course_admin else ({}, {})
    rows = {
        pk: TopicRow(
            pk,
            title,
            size,
            answered,
            is_pinned=pinned_at is not None,
            tally=asked[pk][0] if pk in asked else Tally(),
            group_count=asked[pk][1] if pk in asked else 0,
            need=need_of.get(pk),
            changes=changes_of.get(pk, []),
        )
        for pk, title, size, answered, pinned_at in shown_topics(access, Q(pk__in=topics))
    }
    return [rows[pk] for pk in topics if pk in rows]


def _needs_and_changes(
    topics: Sequence[int],
) -> tuple[dict[int, MaterialNeed | None], dict[int, list[MaterialChange]]]:
    """The latest need of each topic, and its changes, latest first: its own, and those of topics merged into it."""
    own = Q(topic__in=topics) | Q(topic__merged_into__in=topics)
    need_of: dict[int, MaterialNeed | None] = {}
    for need in (
        MaterialNeed.objects.filter(own).select_related("topic", "owner").order_by("state_since", "pk")
    ):
        # A need that was met is shown by its change, and may be noted again.
        is_met = need.state == MaterialNeed.State.CHANGED
        for topic in (need.topic_id, need.topic.merged_into_id if need.topic else None):
            if topic is not None:
                need_of[topic] = None if is_met else need
    changes_of: dict[int, list[MaterialChange]] = defaultdict(list)
    links = MaterialChange.topics.through.objects.filter(own).select_related("materialchange", "topic")
    for link in links.order_by("-materialchange__changed_on", "-materialchange"):
        for topic in (link.topic_id, link.topic.merged_into_id):
            if topic is not None and link.materialchange not in changes_of[topic]:
                changes_of[topic].append(link.materialchange)
    return need_of, changes_of


def shown_topics(access: TrendsAccess, where: Q) -> Iterator[tuple[int, str, int, int, datetime | None]]:
    """Yield of each topic its id, the title, size and number of answered questions that this reader may see, its pin.

    A name given by an admin may reveal any question, so only readers who see all questions of the topic see it.
    """
    questions = questions_to_count(access)
    of_topic = questions.filter(placement__topic=OuterRef("pk")).annotate(
        stands_first=Case(When(placement__topic__representative=F("pk"), then=0), default=1)
    )
    topics = (
        Topic.objects.filter(where)
        .with_size(questions)
        .with_size(questions.filter(status=Question.Status.ANSWERED), "answered")
        .with_size(Question.objects.originals(), "whole_size")
        .annotate(
            seen_title=Subquery(of_topic.order_by("stands_first", "asked_at", "pk").values("title")[:1])
        )
    )
    # Compared here: a database would count again for each place where a condition names a count.
    columns = ("pk", "title", "seen_title", "whole_size", "size", "answered", "pinned_at")
    for pk, name, seen_title, whole_size, size, *others in topics.values_list(*columns):
        if size:
            yield pk, name if name and size == whole_size else seen_title, size, *others


def _asked(access: TrendsAccess, topics: Sequence[int], now: datetime) -> dict[int, tuple[Tally, int]]:
    """Return the reader's tally of each topic, and the number of groups."""
    rows = asks_by_topic(access, topics).values_list("topic")
    figures = rows.annotate(groups=Count("group", distinct=True), **_figures(now))
    return {topic: (Tally(*tally), groups) for topic, groups, *tally in figures}
