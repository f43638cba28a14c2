"""What is known before it is asked: the published questions of a milestone, for who comes to it."""

from collections.abc import Collection

from django.db.models import Exists, OuterRef

from people.models import User
from questions.dashboards.known_questions import AskedMost, asked_most
from questions.models import Question
from tracker.models import KnownQuestionsSeen

__all__ = ["AskedMost", "known_before"]


def known_before(person: User, milestone_ids: Collection[int]) -> dict[int, AskedMost]:
    """Return what is asked most at these milestones, by id, but for those of which the person has closed it.

    Whoever takes part in the course may read them. Two queries.
    """
    seen = KnownQuestionsSeen.objects.filter(person=person, milestone=OuterRef("milestone"))
    is_closed = Exists(seen.filter(closed_at__isnull=False))
    return asked_most(Question.objects.filter(~is_closed, milestone__in=milestone_ids), seen=Exists(seen))
