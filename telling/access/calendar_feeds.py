from django.http import Http404

from lib.keys import digest_of
from telling.models import CalendarFeed


def feed_to_read(token: str) -> CalendarFeed:
    """For the bearer of the token, while the account is in use. 404 otherwise, without saying why."""
    feeds = CalendarFeed.objects.select_related("person").filter(digest=digest_of(token))
    feed = feeds.filter(person__is_active=True).first()
    if feed is None:
        raise Http404
    return feed
