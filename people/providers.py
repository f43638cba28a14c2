"""Signing in by an account at a provider, for people who are invited (docs/decisions/0057)."""

import logging
from typing import Any, NoReturn

from allauth.account.internal import flows
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.stages import LoginByCodeStage, LoginStageController
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.internal.flows.login import record_authentication
from allauth.socialaccount.models import SocialAccount, SocialLogin
from allauth.socialaccount.providers.base import AuthError, AuthProcess, Provider
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from requests import Session

from people.access import has_signed_in_lately
from people.actions.proof import prove_address
from people.forms.sign_in import SignInCodeForm
from people.models import User
from people.provider_requests import ProviderTransport

logger = logging.getLogger("trefoil.access")


class ProviderAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """A tie is of an issuer and a subject to a person; the address only says, once, whose it is."""

    def get_requests_session(self) -> Session:
        session = Session()
        for scheme in ("https://", "http://"):
            session.mount(scheme, ProviderTransport())
        return session

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        """Check what the provider says before anything is looked up by it, and keep what the page of the account shows.

        Raises:
            OAuth2Error: it says it of another issuer, or of two people.
        """
        account, app = sociallogin.account, sociallogin.provider.app
        if issuer := app.settings.get("issuer"):
            token = account.extra_data["id_token"]
            if (token["iss"], token["sub"]) != (issuer, account.uid):
                raise OAuth2Error(f"{issuer} speaks for {token['iss']}, or of two people")
        told = [address for address in sociallogin.email_addresses if address.primary][:1]
        for address in told:
            # Some issuers write the word.
            address.verified = address.verified is True or address.verified == "true"
        sociallogin.email_addresses = told
        account.extra_data = {"provider": sociallogin.provider.name, "email": told[0].email if told else ""}
        user: User = sociallogin.user
        return user

    def authenticate_by_email(self, sociallogin: SocialLogin) -> tuple[User, str] | None:
        """Return whose address it is, where the issuer has verified it, and signs its person in by no other account.

        An issuer may give an address to somebody else: the mailbox says whose it is then.
        """
        for address in sociallogin.email_addresses:
            person = User.objects.of_mailbox(address.email)
            if address.verified and person is not None and not _is_tied(address.email, person, sociallogin):
                return person, person.email
        return None

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        name = sociallogin.provider.name
        if sociallogin.state.get("process") == AuthProcess.CONNECT:
            if not has_signed_in_lately(request):
                turn_away(request, f"You signed in too long ago. Sign out and in again to add {name}.")
        elif not sociallogin.is_existing:
            self._ask_for_code(request, sociallogin)
        elif sociallogin.account._state.adding:
            # It answers as the mailbox would. allauth ties it next.
            prove_address(sociallogin.user)

    def _ask_for_code(self, request: HttpRequest, sociallogin: SocialLogin) -> NoReturn:
        """The first time, where the provider does not say whose address it is."""
        name = sociallogin.provider.name
        if not sociallogin.email_addresses:
            turn_away(request, f"{name} does not say what your e-mail address is.")
        (address,) = sociallogin.email_addresses
        why = f"{name} does not say whether {address.email} is yours"
        person = User.objects.of_mailbox(address.email)
        if address.verified and person is not None:
            why = f"Another account at {name} signs in as {address.email}"
        elif address.verified:
            turn_away(request, f"Nobody is invited as {address.email}, which is your address at {name}.")
        if not settings.SENDS_MAIL:
            turn_away(request, f"{why}.")
        form = SignInCodeForm({"email": address.email})
        if not form.is_valid():
            turn_away(request, " ".join(form.errors["email"]))
        process = flows.login_by_code.LoginCodeVerificationProcess.initiate(
            request=request, user=form._user, email=address.email
        )
        account = sociallogin.account
        process.stage.state["tie"] = {
            "provider": account.provider, "uid": account.uid, "extra_data": account.extra_data,
        }  # fmt: skip
        process.persist()
        messages.info(request, f"{why}, so enter the code this once.")
        next_url = sociallogin.get_redirect_url(request)
        raise ImmediateHttpResponse(
            redirect(reverse("account_confirm_login_code", query={"next": next_url} if next_url else None))
        )

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Provider,
        error: str = "",
        exception: object = None,
        **kwargs: Any,
    ) -> None:
        if error == AuthError.CANCELLED:
            turn_away(request, f"You did not sign in with {provider.name}.")
        logger.warning("could not sign somebody in by %s: %r", provider.sub_id, exception)
        turn_away(request, f"{provider.name} cannot sign you in at the moment.")

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: SocialAccount) -> str:
        return reverse("people:account")


def without_provider(request: HttpRequest, why: str) -> HttpResponse:
    """Lead back to where the other ways to sign in are."""
    if request.user.is_authenticated:
        messages.error(request, why)
        return redirect("people:account")
    code = "You can have a code e-mailed to the address that was invited."
    messages.error(request, f"{why} {'Ask a site admin.' if settings.ONLY_PROVIDERS else code}")
    return redirect(settings.LOGIN_URL)


def turn_away(request: HttpRequest, why: str) -> NoReturn:
    """The same from within what allauth calls."""
    raise ImmediateHttpResponse(without_provider(request, why))


def keep_tie(request: HttpRequest, person: User) -> None:
    """Keep the account at the provider for which this code was asked, if it was for one, until its person is in: a
    second factor may be asked first. It lies beside the note that the code was right, and goes with it.
    """
    stage = LoginStageController.enter(request, LoginByCodeStage.key)
    if stage and stage.login.user == person and (kept := stage.state.get("tie")):
        get_authentication_records(request, person)[-1]["tie"] = kept
        request.session.modified = True


def tie_kept(request: HttpRequest, person: User) -> None:
    for record in get_authentication_records(request, person):
        kept = record.pop("tie", None)
        if kept and not SocialAccount.objects.filter(provider=kept["provider"], uid=kept["uid"]).exists():
            sociallogin = SocialLogin(account=SocialAccount(**kept))
            sociallogin.connect(request, person)
            record_authentication(request, sociallogin)


def _is_tied(address: str, person: User, sociallogin: SocialLogin) -> bool:
    ties = SocialAccount.objects.filter(user=person, provider=sociallogin.account.provider)
    return any(tie.extra_data["email"].lower() == address.lower() for tie in ties)
