from collections.abc import Callable
from functools import wraps

from allauth.account.models import EmailAddress
from allauth.account.views import email
from allauth.account.views import password_set as choose_password
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from lib.refusals import Refused
from lib.requests import form_page
from people.access import LATELY, Audience, audience, has_signed_in_lately, signed_in
from people.actions.addresses import change_of, undo_address_change
from people.audit import note
from people.middleware import page_of_download
from people.models import User


def lately(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Open the page to who has signed in a short time ago: a browser left open is not enough."""

    @wraps(view)
    def asked(request: HttpRequest) -> HttpResponseBase:
        if has_signed_in_lately(request):
            return view(request)
        back = page_of_download(request) if getattr(view, "is_download", False) else request.path
        if is_mfa_enabled(request.user):
            return redirect(reverse("mfa_reauthenticate", query={"next": back}))
        if settings.ONLY_PROVIDERS or not signed_in(request).has_usable_password():
            return render(request, "people/sign_in_again.html", {"minutes": LATELY // 60})
        return redirect(reverse("account_reauthenticate", query={"next": back}))

    return asked


@audience(Audience.PERSON)
@form_page
@lately
def address(request: HttpRequest) -> HttpResponse:
    if "action_add" in request.POST and not _is_proved(signed_in(request)):
        messages.error(request, "Confirm your current address first: we can e-mail you a link.")
        return redirect("people:address")
    response: HttpResponse = email(request)
    return response


@audience(Audience.PERSON)
@form_page
@lately
def password_set(request: HttpRequest) -> HttpResponse:
    """For people without a password: it would open the page of the address."""
    response: HttpResponse = choose_password(request)
    return response


def _is_proved(person: User) -> bool:
    """An address that nobody has confirmed would be replaced before the new one is, and nobody told."""
    proved = EmailAddress.objects.filter(user=person, email__iexact=person.email, verified=True)
    return bool(proved.exists())


@audience(Audience.ANYBODY)
@login_not_required
@form_page
def address_change_undo(request: HttpRequest, token: str) -> HttpResponse:
    now = timezone.now()
    try:
        change = change_of(token, at=now)
        if request.method == "POST":
            person = undo_address_change(token=token, at=now)
            note(f"undid the change of address of person {person.pk}", request=request)
            return render(request, "people/address_change_undone.html", {"person": person})
    except Refused as refused:
        return render(request, "people/address_kept.html", {"reason": str(refused)}, status=410)
    return render(request, "people/address_change_undo.html", {"change": change, "token": token})
