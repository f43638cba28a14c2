"""The pages of allauth for a second factor, each with its audience."""

from allauth.mfa.base.views import authenticate, reauthenticate
from allauth.mfa.recovery_codes.views import generate_recovery_codes, view_recovery_codes
from allauth.mfa.totp.views import activate_totp, deactivate_totp
from django.views.decorators.http import require_POST, require_safe

from lib.requests import form_page
from people.access import Audience, audience
from people.views.addresses import lately

at_sign_in = audience(Audience.ANYBODY)(form_page(authenticate))
again = audience(Audience.PERSON)(form_page(reauthenticate))
# It leads on to `remove` where there is a second factor.
set_up = audience(Audience.PERSON)(form_page(lately(activate_totp)))
remove = audience(Audience.PERSON)(form_page(lately(deactivate_totp)))
recovery_codes = audience(Audience.PERSON)(require_safe(lately(view_recovery_codes)))
recovery_codes_new = audience(Audience.PERSON)(require_POST(lately(generate_recovery_codes)))
