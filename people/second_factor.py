"""A second factor: the code of an app, or one of ten recovery codes. allauth has its pages; see decision 58."""

from base64 import urlsafe_b64encode
from datetime import datetime
from typing import Any, ClassVar

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.crypto import salted_hmac

from people.audit import note
from people.models import User
from people.outbox import mail_account

# In a session: the id of who has given their second factor in it.
GIVEN = "second_factor_of"


def _keys() -> MultiFernet:
    """Of `SECRET_KEY`, by which secrets are encrypted, and of its fallbacks, by which they may have been."""
    return MultiFernet(
        Fernet(urlsafe_b64encode(salted_hmac("second factor", "", secret=key, algorithm="sha256").digest()))
        for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    )


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "That code is wrong or was used already. Enter the one your app shows now, or the next.",
        # SECRET_KEY was changed without a fallback.
        "unreadable": "Your second factor can no longer be read here. Ask a site admin.",
    }

    def encrypt(self, text: str) -> str:
        return _keys().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return _keys().decrypt(encrypted_text.encode()).decode()
        except InvalidToken as error:
            raise self.validation_error("unreadable") from error


@transaction.atomic
def renew_secrets(now: datetime) -> None:
    """Encrypt by today's `SECRET_KEY` what was encrypted by an earlier one, which can go afterwards."""
    for each in Authenticator.objects.select_for_update() if settings.SECRET_KEY_FALLBACKS else ():
        name = "secret" if each.type == Authenticator.Type.TOTP else "seed"
        each.data[name] = _keys().rotate(each.data[name].encode()).decode()
        each.save(update_fields=["data"])


def tell_of_second_factor(*, person: User, what: str, at: datetime) -> None:
    """Log what became of it, and mail it to its person."""
    note(f"the second factor of person {person.pk} was {what}")
    if settings.SENDS_MAIL:
        body = render_to_string("people/email/second_factor.txt", {"person": person, "what": what})
        mail_account(person=person, address=person.email, subject="Your second factor", body=body, at=at)
