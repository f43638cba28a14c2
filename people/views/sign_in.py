from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from lib.editing import status_of
from lib.requests import HtmxRequest, form_page
from people.access import Audience, audience
from people.actions.first_operator import make_first_operator, works
from people.actions.sign_in_link import person_of
from people.audit import note
from people.demo import DEMO_DOMAIN, DEMO_ROLES
from people.forms.account import InvitationAcceptForm
from people.models import User


@audience(Audience.ANYBODY)
@login_not_required
@require_POST
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in as a person of the demo. 404 unless DEMO is set."""
    if not settings.DEMO or request.POST.get("role") not in DEMO_ROLES:
        raise Http404
    email = DEMO_ROLES[request.POST["role"]].email
    person = get_object_or_404(
        User, email=email, email__endswith=f"@{DEMO_DOMAIN}", is_active=True, is_staff=False
    )
    login(request, person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return redirect(settings.LOGIN_REDIRECT_URL)


@audience(Audience.ANYBODY)
@login_not_required
@form_page
def first_operator(request: HttpRequest, key: str) -> HttpResponse:
    """By the address that the first start of an empty installation printed."""
    if not works(key):
        return render(request, "people/first_operator.html", status=410)
    form = InvitationAcceptForm(request.POST or None, person=User())
    if request.method == "POST" and form.is_valid():
        if person := make_first_operator(key=key, **form.cleaned_data):
            login(request, person, backend="allauth.account.auth_backends.AuthenticationBackend")
            record_authentication(request, person, method="first site admin")
            note("made the account of the first site admin")
            messages.success(request, f"Welcome, {person.get_short_name()}. You are the first site admin.")
        return redirect(settings.LOGIN_REDIRECT_URL)
    return render(request, "people/first_operator.html", {"form": form}, status=status_of(form))


@audience(Audience.ANYBODY)
@login_not_required
@form_page
def sign_in_link(request: HttpRequest, token: str) -> HttpResponse:
    """A second factor is asked after it, as after any other way."""
    person, address = person_of(token)
    if person is None or request.method != "POST":
        return render(request, "people/sign_in_link.html", {"person": person}, status=200 if person else 410)
    # In the mailbox it is worth what the code is.
    record_authentication(request, person, method="code" if address else "link", email=address or None)
    response: HttpResponse = perform_login(request, person, email=address or None)
    return response


@audience(Audience.ANYBODY)
@login_not_required
def no_mail(request: HttpRequest) -> HttpResponse:
    """In the place of pages that send a code or a link, where no mail server is set."""
    return render(request, "people/no_mail.html", status=404)


@audience(Audience.PERSON)
@require_safe
def download(request: HtmxRequest) -> HttpResponse:
    """The page on which a download starts that was opened while signed out: a browser shows no page for a file."""
    file = request.GET.get("file", "")
    if not leads_to_download(file):
        raise Http404
    # Starts it by itself, and stays on this page.
    response = render(request, "people/download.html", {"file": file})
    response["Refresh"] = f"0; url={file}"
    return response


def leads_to_download(address: str) -> bool:
    try:
        view = resolve(address.partition("?")[0]).func
    except Resolver404:
        return False
    is_of_ours = url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return is_of_ours and address.isprintable() and getattr(view, "is_download", False)
