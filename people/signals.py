"""What Django and allauth tell of people who sign in and confirm addresses."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.signals import authentication_step_completed, email_confirmed
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from people.actions.proof import prove_address
from people.middleware import renew
from people.models import User


@receiver(authentication_step_completed)
def prove_by_signing_in(user: User, method: str, **kwargs: Any) -> None:
    """A code and a link to a new password have come by mail."""
    if method in ("code", "password_reset"):
        prove_address(user, keeps_password=method == "password_reset")


@receiver(email_confirmed)
def prove_by_link(request: HttpRequest, email_address: EmailAddress, **kwargs: Any) -> None:
    """Whoever opens the link elsewhere than where the account is signed in may not know who has its password."""
    person = email_address.user
    others = EmailAddress.objects.filter(user=person, verified=True).exclude(pk=email_address.pk)
    if not others.exists() and request.user != person:
        was_taken = person.invitations.filter(accepted_at__isnull=False).exists()
        if was_taken:
            person.set_unusable_password()
            person.save(update_fields=["password"])


@receiver(user_logged_in)
def begin_session(request: HttpRequest, **kwargs: Any) -> None:
    renew(request)
