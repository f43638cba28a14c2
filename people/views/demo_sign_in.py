from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from people.access import Audience, audience
from people.demo import DEMO_DOMAIN, DEMO_ROLES
from people.models import User


@audience(Audience.ANYBODY)
@login_not_required
@require_POST
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in as a person of the demo. 404 unless DEMO is set."""
    if not settings.DEMO or request.POST.get("role") not in DEMO_ROLES:
        raise Http404
    _, email = DEMO_ROLES[request.POST["role"]]
    person = get_object_or_404(
        User, email=email, email__endswith=f"@{DEMO_DOMAIN}", is_active=True, is_staff=False
    )
    login(request, person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return redirect(settings.LOGIN_REDIRECT_URL)
