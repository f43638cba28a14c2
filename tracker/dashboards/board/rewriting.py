from dataclasses import dataclass
from datetime import datetime

from courses.models import Course, LinkCheck
from questions.models import MaterialNeed, Topic
from questions.models.material_change import needs_with_ask_count
from questions.models.topic import topics_to_improve

# How many needs and topics are shown.
_ROWS = 3


@dataclass(frozen=True, slots=True)
class Rewriting:
    """Material to improve: the needs that wait, most asked first, and the topics asked most lately."""

    asked: list[tuple[Topic, int]]
    needs: tuple[MaterialNeed, ...]
    need_count: int
    dead_link_count: int

    @property
    def asked_shown(self) -> list[tuple[Topic, int]]:
        return self.asked[: _ROWS - len(self.needs)]

    @property
    def has_rows(self) -> bool:
        return bool(self.row_count)

    @property
    def row_count(self) -> int:
        return self.need_count + len(self.asked)

    @property
    def more(self) -> int:
        return self.row_count - len(self.needs) - len(self.asked_shown)


def rewriting_of(course: Course, now: datetime) -> Rewriting:
    shown = needs_with_ask_count().open().filter(course=course)
    shown = shown.select_related("question", "topic__representative", "material", "owner")
    return Rewriting(
        asked=topics_to_improve(course, now),
        needs=tuple(shown.most_asked_first()[:_ROWS]),
        need_count=MaterialNeed.objects.open().filter(course=course).count(),
        dead_link_count=LinkCheck.objects.dead().of_course(course).count(),
    )
