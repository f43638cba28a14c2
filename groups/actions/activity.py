from datetime import datetime

from groups.models import Enrolment


def note_activity(*, enrolment_id: int, at: datetime) -> None:
    """Save when the student last used Trefoil. One update, no history."""
    Enrolment.objects.filter(pk=enrolment_id).update(last_active_at=at)
