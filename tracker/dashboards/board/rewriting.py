from dataclasses import dataclass
from datetime import datetime, timedelta

from courses.models import Course
from questions.models import MaterialNeed, Topic
from questions.models.topic import most_asked_topics

# How far back asks count, and how many topics and needs are shown.
_WEEKS = 4
_TOPICS, _NEEDS = 3, 3


@dataclass(frozen=True, slots=True)
class Rewriting:
    """What to rewrite: the topics asked most lately, with their asks; and the needs that wait, the longest first."""

    topics: tuple[tuple[Topic, int], ...]
    needs: tuple[MaterialNeed, ...]
    need_count: int


def rewriting_of(course: Course, now: datetime) -> Rewriting:
    waiting = MaterialNeed.objects.waiting().filter(course=course)
    shown = waiting.select_related("question", "topic__representative", "material")
    return Rewriting(
        topics=tuple(most_asked_topics(course, since=now - timedelta(weeks=_WEEKS), most=_TOPICS)),
        needs=tuple(shown.order_by("noted_at", "pk")[:_NEEDS]),
        need_count=waiting.count(),
    )
