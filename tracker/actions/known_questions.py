from datetime import datetime

from courses.models import Milestone
from people.models import User
from tracker.models import KnownQuestionsClosed


def close_known_questions(*, milestone: Milestone, by: User, at: datetime) -> None:
    """Show this person no more what is asked most at a milestone. Closing it twice keeps the first time."""
    KnownQuestionsClosed.objects.get_or_create(person=by, milestone=milestone, defaults={"closed_at": at})
