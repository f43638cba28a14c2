from datetime import datetime
from typing import Any

from lib.keys import digest_of, new_key
from people.models import User
from telling.models import CalendarFeed


def renew_feed(*, person: User, at: datetime) -> str:
    """Give the person's calendar a new address: the one before leads nowhere. Return its token, kept nowhere."""
    token = new_key()
    CalendarFeed.objects.update_or_create(person=person, defaults={"digest": digest_of(token), "made_at": at})
    return token


def remove_feed(*, person: User, **kwargs: Any) -> None:
    CalendarFeed.objects.filter(person=person).delete()
