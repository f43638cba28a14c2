"""The links of mails that choose what comes. They are signed for one person and kind, and sign nobody in."""

from django.core import signing
from django.urls import reverse

from people.models import User
from telling.mails import site_url

_SALT = "telling.stop"
# Kinds in mails of before, and today's kind: their links lead on.
_MERGED = {
    **dict.fromkeys(["begin", "move", "mentor", "away", "dates"], "group"),
    **dict.fromkeys(["check-in-due", "check-in-late", "reminder"], "log"),
}


def choices_url() -> str:
    return site_url(reverse("telling:mail-choices"))


def stop_url(person: User, kind: str) -> str:
    return site_url(reverse("telling:mail-stop", args=[signing.dumps([person.pk, kind], salt=_SALT)]))


def read_stop(token: str) -> tuple[int, str] | None:
    """Return the id of the person and the name of the kind; None if the link is not ours."""
    try:
        person_id, kind = signing.loads(token, salt=_SALT)
    except (signing.BadSignature, ValueError):
        return None
    return person_id, _MERGED.get(kind, kind)
