from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in
from tracker.dashboards.review_list import review_list as list_of


@audience(Audience.PERSON)
@require_safe
def review_list(request: HtmxRequest) -> HttpResponse:
    """Show the code reviews to give and to get, and all that the person may read."""
    reviews = list_of(person=signed_in(request), now=timezone.now(), page=request.GET.get("page"))
    return render(request, "tracker/review_list.html", {"reviews": reviews})
