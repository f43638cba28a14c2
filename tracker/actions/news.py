from datetime import datetime

from django.db.models import Q

from groups.models import Enrolment


def close_news(*, enrolment: Enrolment, until: datetime) -> None:
    """Show the student no more what answered their questions until then; never less than was closed before."""
    known = Enrolment.objects.filter(pk=enrolment.pk)
    known.filter(Q(news_read_at=None) | Q(news_read_at__lt=until)).update(news_read_at=until)
