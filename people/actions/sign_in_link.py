"""A link that signs somebody in, once: beside the code in a mail, or printed for a site admin where only providers sign
people in, and the provider does not.
"""

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse

from people.models import User

_SALT = "people.sign-in-by-link"
VALID_FOR = timedelta(minutes=10)


def sign_in_link(person: User, *, is_mailed: bool = False) -> str:
    token = signing.dumps([person.pk, str(person.last_login), is_mailed and person.email], salt=_SALT)
    return f"{settings.SITE_URL}{reverse('people:sign-in-link', args=[token])}"


def person_of(token: str) -> tuple[User | None, str]:
    """Return whom a link signs in, and the address that it was mailed to, if it was.

    Nobody, if it is older than that, or they have signed in since, or it went to a mailbox that is not theirs any more,
    or is not for site admins where only providers sign people in.
    """
    try:
        pk, last_login, address = signing.loads(token, salt=_SALT, max_age=VALID_FOR)
    except signing.BadSignature:
        return None, ""
    person = User.objects.filter(pk=pk, is_active=True).first()
    if person is None or str(person.last_login) != last_login:
        return None, ""
    is_for = person.email == address and not settings.ONLY_PROVIDERS if address else person.is_staff
    return (person, address or "") if is_for else (None, "")
