from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from lib.editing import status_of
from lib.requests import form_page
from people.access import Audience, audience, signed_in
from people.forms.account import AccountForm


@audience(Audience.PERSON)
@form_page
def account(request: HttpRequest) -> HttpResponse:
    form = AccountForm(request.POST or None, instance=signed_in(request))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Account saved.")
        return redirect("people:account")
    return render(request, "people/account.html", {"form": form}, status=status_of(form))
