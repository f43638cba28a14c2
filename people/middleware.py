"""Signing in, for pages and for what scripts ask: nobody's sign-in page ends up inside another page."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from lib.requests import HtmxRequest, way_back
from people.sign_in_policy import know_browser, mark_known

# On every answer to a script: for whom it is. A page shows only what has its own person here; see static/js/swaps.js.
PERSON_HEADER = "Trefoil-Person"
RENEWED_ON = "renewed_on"
# Pages that sign in without a provider, or lead to it. The page of a code stays: the first tie may ask for one.
WITHOUT_PROVIDER = {
    "account_reauthenticate",
    "account_request_login_code",
    "account_reset_password",
    "account_reset_password_from_key",
    "account_change_password",
    "people:password-set",
}


class SignInMiddleware(LoginRequiredMiddleware):
    """Sends visitors to the sign-in page, and back to a page; a script gets 401 instead.

    A session is renewed once a day, when its person opens a page or sends a form, and never by a script.
    """

    def process_view(
        self, request: HttpRequest, view_func: object, view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        if settings.ONLY_PROVIDERS and request.resolver_match is not None:
            name = request.resolver_match.view_name
            if name in WITHOUT_PROVIDER or (name == "account_login" and request.method == "POST"):
                return redirect(reverse("account_login", query=request.GET))
        return super().process_view(request, view_func, view_args, view_kwargs)  # type: ignore[arg-type]

    def handle_no_permission(self, request: HtmxRequest, view_func: object) -> HttpResponseBase:  # type: ignore[override]
        if is_of_script(request):
            return HttpResponse("Sign in first.", status=401, content_type="text/plain; charset=utf-8")
        if request.method in ("GET", "HEAD"):
            if getattr(view_func, "is_download", False):
                return redirect_to_login(page_of_download(request), self.get_login_url(view_func))  # type: ignore[arg-type]
            return super().handle_no_permission(request, view_func)  # type: ignore[arg-type]
        messages.warning(request, "Not saved: you were signed out. Sign in, then send it again.")
        parts = urlsplit(way_back(request, "/"))
        return redirect_to_login(
            parts._replace(scheme="", netloc="").geturl(),
            self.get_login_url(view_func),  # type: ignore[arg-type]
            self.get_redirect_field_name(view_func),  # type: ignore[arg-type]
        )

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        user = getattr(request, "user", None)
        # Without the database, asking for the person of an error fails, and is logged, once more.
        if user is None or response.status_code >= 500 or not user.is_authenticated:
            return response
        if is_of_script(request):
            response.headers[PERSON_HEADER] = str(user.pk)
            return response
        renew(request)
        mark_known(request, response, user)
        # An address that takes only forms was opened as a page, as after signing in.
        if response.status_code == 405 and request.headers.get("Sec-Fetch-Mode") == "navigate":
            return redirect("/")
        return response


def page_of_download(request: HttpRequest) -> str:
    """The page that starts the download of this address: a browser shows no page for a file."""
    return reverse("people:download", query={"file": request.get_full_path()})


def is_of_script(request: HttpRequest) -> bool:
    return "HX-Request" in request.headers or "X-Requested-With" in request.headers


def renew(request: HttpRequest) -> None:
    """Let the session begin anew unless it did today."""
    today = timezone.now().date().isoformat()
    if request.session.get(RENEWED_ON) != today:
        request.session[RENEWED_ON] = today
        know_browser(request)
