"""The people whom the setting asks for a second factor, and the page that they are led to until they have given it."""

from typing import Any
from urllib.parse import urlencode

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.deprecation import MiddlewareMixin

from groups.relations import relations_of
from people.middleware import is_of_script
from people.models import User
from people.second_factor import GIVEN

# Pages that open before the factor is given: those that ask for it, and signing out.
_OPEN = {"mfa_activate_totp", "mfa_reauthenticate", "account_reauthenticate", "account_logout"}
# For visitors too, but who is signed in ties another account to theirs there.
_TYING = {"github_login", "openid_connect_login"}


class SecondFactorMiddleware(MiddlewareMixin):
    """Lets nobody who is asked for it anywhere in a session without it, however they signed in."""

    def process_view(
        self, request: HttpRequest, view: object, args: tuple[Any, ...], values: dict[str, Any]
    ) -> HttpResponse | None:
        person, place = request.user, request.resolver_match.url_name if request.resolver_match else None
        is_public = not getattr(view, "login_required", True) and place not in _TYING
        if not settings.SECOND_FACTOR or is_public or place in _OPEN or not isinstance(person, User):
            return None
        if request.session.get(GIVEN) == person.pk:
            return None
        is_course_admin = relations_of(person, timezone.now()).administered
        if not (person.is_staff or is_course_admin or person.get_all_permissions()):
            return None
        if is_of_script(request):
            return HttpResponse("Give your second factor first.", status=401, content_type="text/plain")
        is_read = request.method in ("GET", "HEAD")
        said = "Course admins and site admins sign in with a second factor here: nothing else opens before."
        messages.warning(request, said if is_read else f"Not saved. {said}")
        if not is_mfa_enabled(person, [Authenticator.Type.TOTP]):
            return redirect("mfa_activate_totp")
        way_back = urlencode({"next": request.get_full_path() if is_read else "/"})
        return redirect(f"{reverse('mfa_reauthenticate')}?{way_back}")
