import hashlib

from django.http import Http404

from telling.models import CalendarFeed


def digest_of(token: str) -> str:
    """A token is 256 random bits, so that a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def feed_to_read(token: str) -> CalendarFeed:
    """For whoever has the token, while the account is in use. 404 otherwise, without saying why."""
    feeds = CalendarFeed.objects.select_related("person").filter(digest=digest_of(token))
    feed = feeds.filter(person__is_active=True).first()
    if feed is None:
        raise Http404
    return feed
