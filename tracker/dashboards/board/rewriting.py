from dataclasses import dataclass
from datetime import datetime, timedelta

from courses.models import Course, LinkCheck
from questions.models import MaterialNeed, Topic
from questions.models.topic import most_asked_topics

# How far back asks count, and how many topics and needs are shown.
_WEEKS = 4
_TOPICS, _ASKED, _NEEDS = 3, 2, 3


@dataclass(frozen=True, slots=True)
class Rewriting:
    """What to rewrite: the topics asked most lately, with their asks; and the needs that wait, the longest first."""

    topics: tuple[tuple[Topic, int], ...]
    needs: tuple[MaterialNeed, ...]
    # The topic of each need that waits, None for one of a question or a material.
    waiting: tuple[int | None, ...]
    dead_link_count: int

    @property
    def asked(self) -> list[tuple[Topic, int]]:
        """The topics asked most for which no need is noted yet."""
        return [(topic, asks) for topic, asks in self.topics if topic.pk not in self.waiting][:_ASKED]

    @property
    def has_rows(self) -> bool:
        return bool(self.needs or self.asked)

    @property
    def need_count(self) -> int:
        return len(self.waiting)


def rewriting_of(course: Course, now: datetime) -> Rewriting:
    waiting = MaterialNeed.objects.waiting().filter(course=course)
    shown = waiting.select_related("question", "topic__representative", "material", "owner")
    return Rewriting(
        topics=tuple(most_asked_topics(course, since=now - timedelta(weeks=_WEEKS), most=_TOPICS)),
        needs=tuple(shown.order_by("noted_at", "pk")[:_NEEDS]),
        waiting=tuple(waiting.values_list("topic", flat=True)),
        dead_link_count=LinkCheck.objects.dead().of_course(course).count(),
    )
