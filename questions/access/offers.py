"""What was offered to whom, signed into the button *That answers it*: a post made by hand counts for nothing."""

from django.core import signing

from people.models import User

_SALT = "questions.offers"
# How long a page may have been open, in seconds.
_HOLDS = 24 * 60 * 60


def offer_of(question_id: int, user: User) -> str:
    return signing.dumps([question_id, user.pk], salt=_SALT)


def was_offered(question_id: int, user: User, offer: str) -> bool:
    try:
        offered = signing.loads(offer, salt=_SALT, max_age=_HOLDS)
    except signing.BadSignature:
        return False
    return bool(offered == [question_id, user.pk])
