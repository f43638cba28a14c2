"""The address at which the first site admin of an empty installation makes their account: printed once, for an hour."""

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.urls import reverse

from lib.keys import digest_of, new_key
from people.models import User

_ROW = "first-operator"  # Of the cache, with the digest of the key.


def said_at_start() -> str:
    """Nothing where anybody has an account, or where there is the demo."""
    key = new_key()
    if settings.DEMO or User.objects.exists():
        return ""
    if not cache.add(_ROW, digest_of(key), 60 * 60):
        return (
            "Nobody has an account yet. An earlier start printed the address for the first site admin, which works for"
            " an hour. If it is lost, start again after that, or use: bin/production manage.py createsuperuser"
        )
    address = f"{settings.SITE_URL}{reverse('people:first-operator', args=[key])}"
    return f"Nobody has an account yet. The one who opens this within an hour is the first site admin:\n{address}"


def works(key: str) -> bool:
    return cache.get(_ROW) == digest_of(key) and not settings.DEMO and not User.objects.exists()


@transaction.atomic
def make_first_operator(*, key: str, email: str, password: str, **names: str) -> User | None:
    """None if the address no longer works: who deletes its row makes the account, and nobody else."""
    if works(key) and cache.delete(_ROW):
        return User.objects.create_superuser(email, password or None, **names)
    return None
