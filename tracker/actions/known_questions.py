from datetime import datetime

from courses.models import Milestone
from people.models import User
from tracker.models import KnownQuestionsSeen


def see_known_questions(*, milestone: Milestone, by: User) -> None:
    """Show this person from now on as one line what is asked most at a milestone."""
    KnownQuestionsSeen.objects.get_or_create(person=by, milestone=milestone)


def close_known_questions(*, milestone: Milestone, by: User, at: datetime) -> None:
    """Show this person no more what is asked most at a milestone."""
    KnownQuestionsSeen.objects.update_or_create(person=by, milestone=milestone, defaults={"closed_at": at})
