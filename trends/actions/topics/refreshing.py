"""Place the waiting questions among the topics of a course.

Questions are placed one by one, in the order of their ids. Each joins the topic that fits best, founds one with a
similar question, or stays alone for now, with the question that it is likest: people are asked about that pair. It is
compared only with questions placed before it. The result is therefore the same in one run, in many, or day by day, and
a topic keeps its identity when a question joins. See docs/decisions/0009-topics-grow.md.
"""

from bisect import insort
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import batched

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from simple_history.utils import bulk_create_with_history

from courses.models import Course
from questions.actions.topics.keeping import delete_empty_topics, save_placements, wait_for_turn
from questions.actions.topics.representing import (
    choose_representatives,
    leave_topics,
    replace_representatives,
)
from questions.actions.topics.texts import Texts
from questions.models import NotTheSame, Placement, Question, Topic
from questions.models.question import QuestionQuerySet
from questions.similar import MAYBE, SAME
from trends.actions.topics.candidates import Candidates
from trends.actions.topics.waiting import waiting_questions

# Questions placed in one transaction, so that other writers wait only a fraction of a second.
BATCH = 50
# The least similarity at which an edited question stays in its topic. Joining a topic needs SAME.
STAYS = 0.75 * SAME
# The number of questions of a topic to compare, the first ones, so that a topic does not drift.
_SPEAKERS = 6
# The number of questions placed by hand to compare, the most similar ones.
_MOST_ALIKE = 3

# How well a question fits, minus its first question, and a topic, or the placement of a question in none.
type _Fit = tuple[float, int, int | None, Placement | None]
_NO_FIT: _Fit = (0.0, 0, None, None)


@dataclass(frozen=True, slots=True)
class Refreshed:
    """Counts of one refresh: questions checked, those now in a topic, and topics founded."""

    looked_at: int
    placed: int
    found: int


def refresh_topics(*, course: Course, at: datetime, is_all: bool = False) -> Refreshed:
    """Place the waiting questions. The number of queries grows with the number of batches.

    Args:
        is_all: check every question again that was not placed by hand, as if all were edited.
    """
    _gone_leave(course, at)
    replace_representatives(course.pk, at=at)
    ids = list(_to_look_at(course, is_all).order_by("pk").values_list("pk", flat=True))
    if not ids:
        return Refreshed(0, 0, 0)
    candidates = Candidates(course, ids)
    texts = Texts(candidates.ids[::-1])
    placed: set[int] = set()
    found = 0
    for some in batched(ids, BATCH):
        with transaction.atomic():
            wait_for_turn(course.pk)
            # Someone may have placed, merged or removed one of them in the meantime.
            still = _to_look_at(course, is_all).filter(pk__in=some).order_by("pk")
            turn = _Turn(course, list(still.values_list("pk", flat=True)), candidates, texts, at)
            turn.place_all()
            placed |= turn.placed
            found += len(turn.new)
    return Refreshed(len(ids), len(placed.intersection(ids)), found)


def _to_look_at(course: Course, is_all: bool) -> QuestionQuerySet:
    if not is_all:
        return waiting_questions(course)
    by_hand = Placement.objects.filter(question=OuterRef("pk"), is_by_hand=True)
    return Question.objects.originals().filter(
        ~Exists(by_hand), cohort__course=course, cohort__archived_at=None
    )


def _gone_leave(course: Course, at: datetime) -> None:
    """Remove questions from topics that have become duplicates, which count with their original, or were archived.

    An archived question that somebody placed by hand is still there when it is restored; the others wait again.
    """
    archived = Q(question__cohort__archived_at__isnull=False, is_by_hand=False)
    leaving = Placement.objects.filter(
        archived | Q(question__duplicate_of__isnull=False), question__cohort__course=course
    )
    # Checked before locking: usually there are none.
    if not leaving.exists():
        return
    with transaction.atomic():
        wait_for_turn(course.pk)
        leave_topics(leaving, by=None, at=at, reason="a duplicate, or archived")


class _Turn:
    """One batch of questions. The data to place them is read together, then each is placed."""

    def __init__(
        self, course: Course, ids: Sequence[int], candidates: Candidates, texts: Texts, at: datetime
    ) -> None:
        self.course, self.texts, self.at = course, texts, at
        self.ids = ids
        self.likely = {pk: candidates.of(pk) for pk in self.ids}
        near = {other for others in self.likely.values() for other in others}
        # One that waits itself is compared once it is placed.
        placed = set(_placed(near).values_list("question", flat=True))
        texts.forget()
        texts.read({*placed, *self.ids})
        alike = {
            other
            for pk, others in self.likely.items()
            for other in others
            if other in placed and texts.likeness(pk, other) >= STAYS
        }
        self.placements = {row.question_id: row for row in _placed({*alike, *self.ids})}
        self.differences = _differences(_with_duplicates(self.ids))
        topics = {row.topic_id for row in self.placements.values() if row.topic_id is not None}
        self.members, self.by_hand = _members(topics)
        texts.read(pk for own in self.members.values() for pk in own[:_SPEAKERS])
        self.new: list[Topic] = []
        self.changed: dict[int, Placement] = {}
        self.touched: set[int] = set()
        # Those of this turn that are in a topic, with those that waited alone for one of them.
        self.placed: set[int] = set()
        self.compared = placed

    def place_all(self) -> None:
        for pk in self.ids:
            self._place(pk)
        self._save()

    def _place(self, pk: int) -> None:
        own = self.placements.get(pk) or Placement(question_id=pk)
        before = own.topic_id
        if before is not None:
            self.members[before].remove(pk)
            self.touched.add(before)
        topic: int | None = before
        own.likest_id, own.likeness = None, 0.0
        if before is None or not self.members[before] or self._fit(pk, before) < STAYS:
            topic = self._topic_for(pk, before)
        if topic is None and before is not None and not self.members[before]:
            # The last question keeps the topic until others join it, or it joins others.
            topic = before
        if topic is None:
            own.likest_id, own.likeness = self._likest(pk)
        self._put(own, topic)

    def _topic_for(self, pk: int, but_not: int | None) -> int | None:
        near = [
            self.placements[other] for other in self.likely[pk] if other in self.placements and other != pk
        ]
        fits: list[_Fit] = []
        for topic in {row.topic_id for row in near if row.topic_id is not None} - {but_not}:
            if self.members[topic]:
                fits.append((self._fit(pk, topic), -self.members[topic][0], topic, None))
        for row in near:
            if row.topic_id is None and not row.is_by_hand:
                fits.append((self._likeness(pk, [row.question_id]), -row.question_id, None, row))
        fit, _, best, alone = max(fits, key=lambda fit: fit[:2], default=_NO_FIT)
        if fit < SAME:
            return None
        return best if alone is None else self._found(alone)

    def _likest(self, pk: int) -> tuple[int | None, float]:
        others = self.compared.intersection(self.likely[pk]) - self.differences[pk]
        likeness, minus_other = max(
            ((self.texts.likeness(pk, other), -other) for other in others), default=(0.0, 0)
        )
        return (-minus_other, likeness) if likeness >= MAYBE else (None, 0.0)

    def _found(self, alone: Placement) -> int:
        """Found a topic; its id is negative until it is saved with the others."""
        self.new.append(Topic(course=self.course, found_at=self.at))
        topic = -len(self.new)
        alone.likest_id, alone.likeness = None, 0.0
        self._put(alone, topic)
        return topic

    def _fit(self, pk: int, topic: int) -> float:
        """The fit with its first questions or with those placed by hand: a merged topic has two kinds."""
        members = self.members[topic]
        if not self.differences[pk].isdisjoint(members):
            return 0.0
        first = [other for other in members if other not in self.by_hand]
        fit = self._likeness(pk, (first or members)[:_SPEAKERS])
        near = [other for other in self.likely[pk] if other in self.by_hand and other in members]
        best = sorted(near, key=lambda other: (-self.texts.likeness(pk, other), other))[:_MOST_ALIKE]
        return max(fit, self._likeness(pk, best)) if best else fit

    def _likeness(self, pk: int, others: Sequence[int]) -> float:
        if not self.differences[pk].isdisjoint(others):
            return 0.0
        return sum(self.texts.likeness(pk, other) for other in others) / len(others)

    def _put(self, placement: Placement, topic: int | None) -> None:
        placement.topic_id = topic
        if topic is not None:
            insort(self.members[topic], placement.question_id)
            self.touched.add(topic)
            self.placed.add(placement.question_id)
        self.placements[placement.question_id] = placement
        self.compared.add(placement.question_id)
        self.changed[placement.question_id] = placement

    def _save(self) -> None:
        if self.new:
            self.new = bulk_create_with_history(self.new, Topic, default_date=self.at)
        for placement in self.changed.values():
            if placement.topic_id is not None:
                placement.topic_id = self._saved(placement.topic_id)
        save_placements(list(self.changed.values()), by=None, at=self.at)
        touched = {self._saved(topic) for topic in self.touched}
        choose_representatives(touched, at=self.at, texts=self.texts)
        delete_empty_topics(touched)

    def _saved(self, topic: int) -> int:
        return topic if topic > 0 else self.new[-topic - 1].pk


def _placed(questions: Iterable[int]) -> QuerySet[Placement]:
    return Placement.objects.filter(question__in=list(questions), question__duplicate_of=None)


def _members(topics: Iterable[int]) -> tuple[dict[int, list[int]], set[int]]:
    members: dict[int, list[int]] = defaultdict(list)
    by_hand = set()
    rows = Placement.objects.filter(topic__in=topics, question__duplicate_of=None).order_by("question")
    for topic, question, is_by_hand in rows.values_list("topic", "question", "is_by_hand"):
        members[topic].append(question)
        if is_by_hand:
            by_hand.add(question)
    return members, by_hand


def _with_duplicates(questions: Sequence[int]) -> list[int]:
    """Add what people said of duplicates to their originals."""
    # Looked up first: a condition on the originals of what was said would make the database read all questions.
    duplicates = Question.objects.filter(duplicate_of__in=questions).values_list("pk", flat=True)
    return [*questions, *duplicates]


def _differences(ids: Sequence[int]) -> dict[int, set[int]]:
    """By original: the questions marked as not the same as it."""
    differences: dict[int, set[int]] = defaultdict(set)
    one = Coalesce("question__duplicate_of", "question")
    other = Coalesce("other__duplicate_of", "other")
    rows = NotTheSame.objects.filter(Q(question__in=ids) | Q(other__in=ids))
    for first, second in rows.values_list(one, other):
        differences[first].add(second)
        differences[second].add(first)
    return differences
