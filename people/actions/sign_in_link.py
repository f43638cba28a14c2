"""The way in for site admins where only providers sign people in, and the provider does not: a link that works once."""

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse

from people.models import User

_SALT = "people.sign-in-link"
VALID_FOR = timedelta(minutes=10)


def sign_in_link(person: User) -> str:
    token = signing.dumps([person.pk, str(person.last_login)], salt=_SALT)
    return f"{settings.SITE_URL}{reverse('people:sign-in-link', args=[token])}"


def person_of(token: str) -> User | None:
    """Return the site admin of a link, unless it is older than that, or they have signed in since."""
    try:
        pk, last_login = signing.loads(token, salt=_SALT, max_age=VALID_FOR)
    except signing.BadSignature:
        return None
    person = User.objects.filter(pk=pk, is_active=True, is_staff=True).first()
    return person if person is not None and str(person.last_login) == last_login else None
