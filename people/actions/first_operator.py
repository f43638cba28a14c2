"""The address at which the first site admin of an empty installation makes their account: printed once, for an hour."""

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.urls import reverse

from lib.keys import digest_of, new_key
from people.models import User

# The row of the cache with the digest of the key.
_ROW = "first-operator"


def is_wanted() -> bool:
    """Whether nobody has an account, and there is no demo."""
    return not settings.DEMO and not User.objects.exists()


def new_address() -> str:
    """Return an address that works for an hour; none, if one that was made before still does."""
    key = new_key()
    is_new = cache.add(_ROW, digest_of(key), 60 * 60)
    return f"{settings.SITE_URL}{reverse('people:first-operator', args=[key])}" if is_new else ""


def works(key: str) -> bool:
    return cache.get(_ROW) == digest_of(key) and is_wanted()


@transaction.atomic
def make_first_operator(*, key: str, email: str, password: str, **names: str) -> User | None:
    """None if the address no longer works: who deletes its row makes the account, and nobody else."""
    if works(key) and cache.delete(_ROW):
        return User.objects.create_superuser(email, password or None, **names)
    return None
