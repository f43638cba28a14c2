"""The representative of a topic: the most asked question, then an answered one, then the most central."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from itertools import batched
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from simple_history.utils import bulk_update_with_history

from people.models import User
from questions.actions.topics.keeping import delete_empty_topics, delete_placements, wait_for_turn
from questions.actions.topics.texts import Texts
from questions.models import Placement, Question, Topic

# Equally good questions that are compared with each other, to bound the cost.
_MOST_COMPARED = 8
# Below SQLite's limit on parameters of a query.
_AT_ONCE = 2_000


def choose_representatives(topics: Iterable[int], *, at: datetime, texts: Texts) -> None:
    """Choose the representative of each topic."""
    rows = Topic.objects.in_bulk(list(topics))
    questions: dict[int, list[Any]] = defaultdict(list)
    placed = (
        Question.objects.originals()
        .filter(placement__topic__in=rows, cohort__archived_at=None)
        .with_ask_count()
    )
    rows_of_topics: Any = placed.annotate(topic=F("placement__topic"))
    for question in rows_of_topics.order_by("pk").only("pk", "status"):
        questions[question.topic].append(question)
    best = {topic: _equals(of_topic) for topic, of_topic in questions.items()}
    texts.read(pk for equals in best.values() if len(equals) > 1 for pk in equals)
    changed = []
    for pk, topic in rows.items():
        chosen = _most_central(best[pk], texts) if pk in best else None
        if topic.representative_id != chosen:
            topic.representative_id = chosen
            changed.append(topic)
    if changed:
        bulk_update_with_history(changed, Topic, ["representative"], default_date=at)


def leave_topics(placements: QuerySet[Placement], *, by: User | None, at: datetime, reason: str) -> None:
    """Remove placements. Their topics choose new representatives, and those that are left empty go."""
    left: set[int] = set()
    for rows in batched(list(placements.order_by("question")), _AT_ONCE):
        left |= {row.topic_id for row in rows if row.topic_id is not None}
        delete_placements(rows, by=by, at=at, reason=reason)
    choose_representatives(left, at=at, texts=Texts())
    delete_empty_topics(left)


def replace_representatives(course_id: int, *, at: datetime) -> None:
    """Choose a new representative for topics that lost theirs."""
    left = Question.objects.originals().filter(placement__topic=OuterRef("pk"))
    topics = Topic.objects.standing().filter(Exists(left), course=course_id, representative=None)
    # Check before locking: usually there are none.
    if not topics.exists():
        return
    with transaction.atomic():
        wait_for_turn(course_id)
        choose_representatives(topics.values_list("pk", flat=True), at=at, texts=Texts())


def _equals(questions: list[Any]) -> list[int]:
    """Return the ids of the most asked questions, answered ones if any, at most `_MOST_COMPARED`."""

    def rank(question: Any) -> tuple[int, bool]:
        return (question.ask_count, question.status == Question.Status.ANSWERED)

    most = max(map(rank, questions))
    return [question.pk for question in questions if rank(question) == most][:_MOST_COMPARED]


def _most_central(equals: list[int], texts: Texts) -> int:
    if len(equals) < 3:
        return equals[0]
    return max(
        equals,
        key=lambda pk: (round(sum(texts.likeness(pk, other) for other in equals if other != pk), 6), -pk),
    )
