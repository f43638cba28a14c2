"""Receivers of the signals of allauth and Django: signing in, confirming and changing addresses."""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.models import EmailAddress
from allauth.account.signals import (
    authentication_step_completed,
    email_changed,
    email_confirmed,
    login_code_rejected,
    password_changed,
    password_reset,
    password_set,
)
from allauth.mfa import signals as factors
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.signals import social_account_added
from allauth.usersessions.models import UserSession
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import Signal, receiver
from django.http import HttpRequest
from django.utils import timezone

from people.access import FACTOR
from people.actions.addresses import tell_of_change
from people.actions.holders import put_out
from people.actions.proof import prove_address
from people.audit import note
from people.middleware import renew
from people.models import User
from people.providers import keep_tie, tie_kept
from people.second_factor import GIVEN, tell_of_second_factor
from people.sign_in_policy import know_browser

# Events that are noted in the log alone.
_NOTED = {
    login_code_rejected: "gave a wrong code for",
    factors.authentication_failed: "gave a wrong second factor for",
    **dict.fromkeys((password_changed, password_set, password_reset), "set the password of"),
}
# Events of a second factor that are mailed, and their part. Not that the app was used: its code is typed at each
# sign-in.
_FACTOR = {
    (factors.authenticator_added, "totp"): "set up",
    (factors.authenticator_removed, "totp"): "removed",
    (factors.authenticator_reset, "recovery_codes"): "given new recovery codes, which replace the old ones",
    (factors.authenticator_used, "recovery_codes"): "replaced by a recovery code, which no longer works",
}


@receiver(authentication_step_completed)
def prove_by_signing_in(request: HttpRequest, user: User, method: str, **kwargs: Any) -> None:
    """A link to a new password has come by mail, and so has a code, unless the address was corrected since."""
    if method == "password_reset":
        prove_address(user, keeps_password=True)
    elif method == "code" and user.email.lower() == kwargs["email"].lower():
        prove_address(user)
        keep_tie(request, user)


@receiver(email_confirmed)
def prove_by_link(request: HttpRequest, email_address: EmailAddress, **kwargs: Any) -> None:
    """A link opened in another browser than the account's does not tell whose password it has."""
    person = email_address.user
    if request.user != person and person.invitations.filter(accepted_at__isnull=False).exists():
        put_out(person)


@receiver(email_changed)
def tell_the_address_before(
    request: HttpRequest, user: User, from_email_address: EmailAddress | None, **kwargs: Any
) -> None:
    note(f"changed the address of person {user.pk}", request=request)
    if from_email_address is not None and from_email_address.email != user.email:
        tell_of_change(person=user, before=from_email_address.email, at=timezone.now())


@receiver(user_logged_in)
def begin_session(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Note the session too, however somebody signed in."""
    renew(request)
    know_browser(request)
    tie_kept(request, user)
    if "REMOTE_ADDR" in request.META:
        note("signed in", request=request)
        UserSession.objects.create_from_request(request)


@receiver(social_account_added)
def note_tie(request: HttpRequest, sociallogin: SocialLogin, **kwargs: Any) -> None:
    note(f"tied {sociallogin.account.provider} to person {sociallogin.user.pk}", request=request)


@receiver(user_logged_out)
def note_signing_out(request: HttpRequest | None, user: User | None, **kwargs: Any) -> None:
    if user is not None:
        note("signed out", request=request)


@receiver(user_login_failed)
def note_failure(credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any) -> None:
    """The typed text is not noted: it may be the password, in the wrong field."""
    typed = str(credentials.get("email") or credentials.get("username") or "").strip()[:254]
    person = User.objects.filter(email__iexact=typed).first()
    note(f"failed to sign in as {f'person {person.pk}' if person else 'nobody we know'}", request=request)


@receiver(list({signal for signal, _ in _FACTOR}))
def note_second_factor(
    signal: Signal, request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any
) -> None:
    """Tell of it, and note for `groups.second_factor` whether it was given in this session."""
    if what := _FACTOR.get((signal, authenticator.type)):
        tell_of_second_factor(person=user, what=what, at=timezone.now())
    if signal is not factors.authenticator_reset:
        request.session[GIVEN] = None if signal is factors.authenticator_removed else user.pk
    if signal is factors.authenticator_added:
        record_authentication(request, user, FACTOR)


@receiver(list(_NOTED))
def note_deed(signal: Signal, request: HttpRequest, user: User, **kwargs: Any) -> None:
    note(f"{_NOTED[signal]} person {user.pk}", request=request)
    if signal in (password_changed, password_set):
        know_browser(request)
