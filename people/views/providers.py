"""The pages of allauth that lead to a provider and back, and what to say when the provider fails."""

import logging
from collections.abc import Callable
from functools import wraps

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialAccount, SocialApp
from allauth.socialaccount.providers.github.views import oauth2_callback, oauth2_login
from allauth.socialaccount.providers.openid_connect import views as openid_connect
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe
from requests import RequestException

from people.access import Audience, audience, signed_in
from people.audit import note
from people.providers import without_provider
from people.sign_in_policy import count_asked

logger = logging.getLogger("trefoil.access")
# Exceptions of allauth where a provider is away, or its answer lacks something.
_FAILURES = (RequestException, LookupError, TypeError, ValueError, AttributeError, ImproperlyConfigured)


def _for_providers(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @audience(Audience.ANYBODY)
    @login_not_required
    @wraps(view)
    def answer(request: HttpRequest, **kwargs: str) -> HttpResponse:
        provider_id = kwargs.get("provider_id", "github")
        try:
            name = get_adapter().get_provider(request, provider_id).name
        except (SocialApp.DoesNotExist, ValueError) as error:
            # PostgreSQL looks for no name with a NUL in it.
            raise Http404 from error
        try:
            response = view(request, **kwargs)
            leads_on = response.get("Location", "")
            return _on_to(request, name, leads_on) if leads_on.startswith("http") else response
        except _FAILURES:
            logger.warning("could not sign somebody in by %s", provider_id, exc_info=True)
            return without_provider(request, f"{name} cannot sign you in at the moment.")

    return answer


def _on_to(request: HttpRequest, name: str, url: str) -> HttpResponse:
    """A page that goes on by itself. Chromium asks `form-action` of every address that a form is sent on to, and what a
    company's provider leads over nobody can list.
    """
    response = render(request, "people/to_provider.html", {"name": name, "url": url})
    response["Refresh"] = f"0; url={url}"
    return response


def _pressed(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @require_POST
    @wraps(view)
    def answer(request: HttpRequest, **kwargs: str) -> HttpResponse:
        try:
            count_asked(request, None)
        except ValidationError as refused:
            return without_provider(request, " ".join(refused.messages))
        return view(request, **kwargs)

    return answer


openid_connect_login = _for_providers(_pressed(openid_connect.login))
openid_connect_callback = _for_providers(require_safe(openid_connect.callback))
github_login = _for_providers(_pressed(oauth2_login))
github_callback = _for_providers(require_safe(oauth2_callback))


@audience(Audience.PERSON)
@require_POST
def provider_remove(request: HttpRequest, account_id: int) -> HttpResponse:
    account = get_object_or_404(SocialAccount, pk=account_id, user=signed_in(request))
    account.delete()
    note(f"untied {account.provider} from themselves")
    get_adapter().send_notification_mail(
        "socialaccount/email/account_disconnected", account.user, {"account": account}
    )
    messages.success(request, f"Removed {account.extra_data['provider']}. It no longer signs you in.")
    return redirect("people:account")
