"""A second factor for somebody of a story, and what their app shows."""

import time

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value

from people.models import User


def give_second_factor(person: User) -> tuple[str, list[str]]:
    """Return the key of their app, and their recovery codes."""
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    return secret, RecoveryCodes.activate(person).generate_codes()


def code_of(secret: str, seconds: int = 0) -> str:
    """The code of the app now, or so many seconds later."""
    return format_hotp_value(hotp_value(secret, int(time.time() + seconds) // 30))
