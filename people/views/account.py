from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from lib.archive import CONTENT_TYPE, archive_parts
from lib.editing import status_of
from lib.requests import form_page
from people.access import Audience, audience, download, signed_in
from people.audit import note
from people.forms.account import AccountForm
from people.kept_rows import files_about
from people.views.addresses import lately


@audience(Audience.PERSON)
@form_page
def account(request: HttpRequest) -> HttpResponse:
    person = signed_in(request)
    form = AccountForm(request.POST or None, instance=person)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Account saved.")
        return redirect("people:account")
    ties = SocialAccount.objects.filter(user=person).order_by("date_joined")
    return render(request, "people/account.html", {"form": form, "ties": ties}, status=status_of(form))


@audience(Audience.PERSON)
@require_safe
@lately
@download
def own_data(request: HttpRequest) -> HttpResponseBase:
    """The file of all that is kept about the person, made while it is sent."""
    now = timezone.now()
    return StreamingHttpResponse(
        archive_parts(files_about(signed_in(request), now)),
        content_type=CONTENT_TYPE,
        headers={"Content-Disposition": f'attachment; filename="trefoil-{now:%Y-%m-%d}.zip"'},
    )


@audience(Audience.PERSON)
@require_POST
def session_end(request: HttpRequest, session_id: int) -> HttpResponse:
    session = get_object_or_404(UserSession, pk=session_id, user=signed_in(request))
    if session.is_current():
        return redirect("account_logout")
    session.end()
    note("ended a session of their own")
    messages.success(request, "Signed out there.")
    return redirect("tracker:privacy")


@audience(Audience.PERSON)
@require_POST
def sessions_end_others(request: HttpRequest) -> HttpResponse:
    others = UserSession.objects.filter(user=signed_in(request)).exclude(
        session_key=request.session.session_key
    )
    for session in others:
        session.end()
    note("ended all other sessions of their own")
    messages.success(request, "Signed out everywhere else.")
    return redirect("tracker:privacy")
