from datetime import datetime

from django.db.models import Q

from groups.models import Enrolment


def note_activity(*, enrolment_id: int, at: datetime) -> None:
    """Save when the student was last active, unless a later time is known. One update, no history."""
    known = Enrolment.objects.filter(pk=enrolment_id)
    known.filter(Q(last_active_at=None) | Q(last_active_at__lt=at)).update(last_active_at=at)
