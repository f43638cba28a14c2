from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib import messages
from django.contrib.sites.shortcuts import get_current_site
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from people.actions.limits import give_back
from people.actions.sign_in_link import sign_in_link
from people.audit import note
from people.models import User
from people.outbox import mail_account
from people.sign_in_policy import may_mail, spend_try

_CODE = "account/email/login_code"
# To an address that nobody has. It is not sent.
_TO_NOBODY = "account/email/unknown_account"
# The mails by which whoever reads them signs in.
CODES = (_CODE, "account/email/password_reset_key")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """The error messages of allauth are reworded, and its mails leave by the outbox."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "duplicate_email": "This is already your e-mail address.",
        "email_password_mismatch": "The e-mail address or password is wrong.",
        "email_taken": "Another account uses this e-mail address.",
        "enter_current_password": "Your current password is wrong.",
        "incorrect_code": "That code is wrong. Check the latest e-mail, or request a new code.",
        "incorrect_password": "The password is wrong.",
        "invalid_login": "Sign-in failed.",
        "invalid_password_reset": "This link has expired or was used before.",
        "rate_limited": "Too many requests. Wait a few minutes and try again.",
        "too_many_login_attempts": "Too many failed attempts. Wait a few minutes and try again.",
    }

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        tries = spend_try(request, str(credentials.get("email", "")))
        person: User | None = super().authenticate(request, **credentials)
        if person is not None:
            give_back(tries)
        return person

    def pre_login(
        self, request: HttpRequest, user: User, *, email: str | None, **more: Any
    ) -> HttpResponse | None:
        """A code that was mailed before the address was corrected lay in the mailbox of somebody else."""
        if email and email.lower() != user.email.lower():
            messages.error(request, "This code went to an address that was corrected since.")
            return redirect(settings.LOGIN_URL)
        answer: HttpResponse | None = super().pre_login(request, user, email=email, **more)
        return answer

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """A change is confirmed by who is signed in there: anybody else who opens the link would move an account that
        is not theirs to their mailbox, and write into it what its owner reads.
        """
        person = email_address.user
        if request.user != person and EmailAddress.objects.filter(user=person, verified=True).exists():
            messages.error(request, "Sign in first, with the address of before. Then open the link again.")
            return False
        is_confirmed: bool = super().confirm_email(request, email_address)
        return is_confirmed

    def validation_error(self, code: str, *args: Any) -> Any:
        if code in ("too_many_login_attempts", "rate_limited"):
            note("hit a limit of signing in")
        return super().validation_error(code, *args)

    def should_send_confirmation_mail(self, *args: Any, **kwargs: Any) -> bool:
        """Nobody is kept from signing in by a mail that cannot leave."""
        is_wanted: bool = super().should_send_confirmation_mail(*args, **kwargs)
        return is_wanted and settings.SENDS_MAIL

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """The worker sends it: no request waits for a mail server, or fails because there is none."""
        if not settings.SENDS_MAIL:
            return
        now = timezone.now()
        is_to_nobody = template_prefix == _TO_NOBODY
        if is_to_nobody:
            template_prefix, context = _CODE, {"code": self.generate_login_code()}
        person = User.objects.filter(email__iexact=email).first()
        context = {
            "request": self.request,
            "email": email,
            "current_site": get_current_site(self.request),
            "sign_in_link": not settings.ONLY_PROVIDERS and sign_in_link(person or User(), is_mailed=True),
            **context,
        }
        mail = self.render_mail(template_prefix, email, context)
        # The page answers the same, in the same time: it does not tell who has an account. The last link goes on.
        with transaction.atomic():
            if template_prefix in CODES and not may_mail(self.request, to=email, at=now):
                return
            with transaction.atomic():
                mail_account(person=person, address=email, subject=mail.subject, body=mail.body, at=now)
                transaction.set_rollback(is_to_nobody)

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Of accounts at providers alone; of second factors `people.signals` tells."""
        if settings.SENDS_MAIL and not template_prefix.startswith(("account/", "mfa/")):
            super().send_notification_mail(template_prefix, user, context, email or user.email)
