from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from people.access import Audience, audience


@audience(Audience.ANYBODY)
@login_not_required
def no_mail(request: HttpRequest) -> HttpResponse:
    """In the place of pages that send a code or a link, where no mail server is set."""
    return render(request, "people/no_mail.html", status=404)
