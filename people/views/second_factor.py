"""The pages of allauth for a second factor, each with its audience."""

from allauth.mfa.base.views import authenticate, reauthenticate
from allauth.mfa.recovery_codes.views import generate_recovery_codes, view_recovery_codes
from allauth.mfa.totp.views import activate_totp, deactivate_totp
from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from lib.requests import form_page
from people.access import Audience, audience, signed_in
from people.views.addresses import lately

at_sign_in = audience(Audience.ANYBODY)(form_page(authenticate))
again = audience(Audience.PERSON)(form_page(reauthenticate))
set_up = audience(Audience.PERSON)(form_page(lately(activate_totp)))
remove = audience(Audience.PERSON)(form_page(lately(deactivate_totp)))
recovery_codes_new = audience(Audience.PERSON)(require_POST(lately(generate_recovery_codes)))


@audience(Audience.PERSON)
@require_safe
@lately
def second_factor(request: HttpRequest) -> HttpResponse:
    """The recovery codes, with what can be changed; for who has none, the page that sets it up."""
    if not is_mfa_enabled(signed_in(request)):
        return redirect("mfa_activate_totp")
    page: HttpResponse = view_recovery_codes(request)
    return page
