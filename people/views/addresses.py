from allauth.account.models import EmailAddress
from allauth.account.views import email
from allauth.account.views import password_set as choose_password
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from lib.requests import form_page
from people.access import LATELY, Audience, audience, has_signed_in_lately, signed_in
from people.actions.addresses import AddressError, change_of, take_back
from people.audit import note
from people.models import User


@audience(Audience.PERSON)
@form_page
def address(request: HttpRequest) -> HttpResponse:
    """The page of allauth, for who has signed in a short time ago: a browser left open is not enough."""
    person = signed_in(request)
    if has_signed_in_lately(request):
        if "action_add" in request.POST and not _is_proved(person):
            messages.error(request, "Confirm your present address first: we can mail you a link.")
            return redirect("people:address")
        response: HttpResponse = email(request)
        return response
    if person.has_usable_password():
        query = urlencode({"next": reverse("people:address")})
        return redirect(f"{reverse('account_reauthenticate')}?{query}")
    return render(request, "people/sign_in_again.html", {"minutes": LATELY // 60})


@audience(Audience.PERSON)
@form_page
def password_set(request: HttpRequest) -> HttpResponse:
    """The page of allauth for who has no password, by the same rule: it would open the page of the address."""
    if not has_signed_in_lately(request) and not signed_in(request).has_usable_password():
        return render(request, "people/sign_in_again.html", {"minutes": LATELY // 60})
    response: HttpResponse = choose_password(request)
    return response


def _is_proved(person: User) -> bool:
    """An address that nobody has confirmed would be replaced before the new one is, and nobody told."""
    proved = EmailAddress.objects.filter(user=person, email__iexact=person.email, verified=True)
    return bool(proved.exists())


@audience(Audience.ANYBODY)
@login_not_required
@form_page
def address_take_back(request: HttpRequest, token: str) -> HttpResponse:
    now = timezone.now()
    try:
        change = change_of(token, at=now)
        if request.method == "POST":
            person = take_back(token=token, at=now)
            note(f"took the address of person {person.pk} back", request=request)
            return render(request, "people/address_taken_back.html", {"person": person})
    except AddressError as error:
        return render(request, "people/address_kept.html", {"reason": str(error)}, status=410)
    return render(request, "people/address_take_back.html", {"change": change, "token": token})
