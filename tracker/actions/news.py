from datetime import datetime

from django.db.models import Q

from groups.models import Enrolment


def note_news_read(*, enrolment_id: int, at: datetime) -> None:
    """Show the student no more what happened until then; never less than was read before."""
    known = Enrolment.objects.filter(pk=enrolment_id)
    known.filter(Q(news_read_at=None) | Q(news_read_at__lt=at)).update(news_read_at=at)
