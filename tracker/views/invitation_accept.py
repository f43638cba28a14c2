from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from lib.editing import status_of
from lib.refusals import Refused
from lib.requests import form_page
from people.access import Audience, audience
from people.actions.invitations import accept, invitation_of
from people.audit import note
from people.forms.account import InvitationAcceptForm
from tracker.invited import invited_as


@audience(Audience.ANYBODY)
@login_not_required
@never_cache
@sensitive_post_parameters("password")
@form_page
def invitation_accept(request: HttpRequest, token: str) -> HttpResponse:
    now = timezone.now()
    try:
        invitation, _ = invitation_of(token, at=now)
        form = InvitationAcceptForm(request.POST or None, person=invitation.person)
        if request.method == "POST" and not settings.ONLY_PROVIDERS and form.is_valid():
            person = accept(token=token, at=now, **form.cleaned_data)
            login(request, person, backend="allauth.account.auth_backends.AuthenticationBackend")
            record_authentication(request, person, method="invitation")
            note("accepted an invitation")
            messages.success(request, f"Welcome, {person.get_short_name()}. You are signed in.")
            return redirect(settings.LOGIN_REDIRECT_URL)
    except Refused as refused:
        return render(request, "tracker/invitation_closed.html", {"reason": str(refused)}, status=410)
    invited = invited_as(invitation.person, now)
    return render(
        request,
        "tracker/invitation_accept.html",
        {"form": form, "invitation": invitation, "invited": invited},
        status=status_of(form),
    )
