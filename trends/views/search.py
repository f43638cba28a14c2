from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in
from questions.access.questions import reader
from tracker.dashboards.group_overviews import milestone_at
from trends.dashboards import search as searching
from trends.forms.search import BoxForm


@audience(Audience.PERSON)
@require_safe
def search(request: HtmxRequest) -> HttpResponse:
    """What one box finds, and where it is asked instead. For htmx the part that it swaps."""
    reads = reader(signed_in(request), timezone.now())
    form = BoxForm(request.GET, reads.relations)
    if request.htmx.target == "box-hits":
        return render(request, "trends/_hits.html", {"found": searching.search(reads, form.text, form.about)})
    about = form.about
    if about is None and form.asks_in and form.asks_in.group_id:
        about = milestone_at(form.asks_in.group_id, form.asks_in.enrolment_id, reads.relations.now)
    if "ask" in request.GET and form.asks_in:
        query = {"title": form.text, "milestone": about or ""}
        return redirect(reverse("questions:question-new", args=[form.asks_in.group_id], query=query))
    form.offer(about)
    if request.htmx.target == "box-about":
        return render(request, "trends/_box_about.html", {"form": form})
    found = searching.search(reads, form.text, about)
    return render(request, "trends/search.html", {"form": form, "found": found, "asks": "ask" in request.GET})
