from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from lib.ids import as_id
from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in
from questions.access.asking import group_for_asking, groups_to_ask_in, milestone_for_asking
from questions.access.questions import reader
from tracker.dashboards.group_overviews import milestone_at
from trends.dashboards.search import search as find


@audience(Audience.PERSON)
@require_safe
def search(request: HtmxRequest) -> HttpResponse:
    """Search, for htmx the part that it swaps; or lead to the form that asks about the page's milestone.

    The group of the asker is known from the page, or by who is in one only; others choose it.
    """
    reads = reader(signed_in(request), timezone.now())
    text = " ".join(request.GET.get("q", request.GET.get("title", "")).replace("\0", "").split())[:300]
    is_asked = "ask" in request.GET
    asks_in = group_for_asking(reads.relations, as_id(request.GET.get("group", "")))
    milestone = milestone_for_asking(asks_in, as_id(request.GET.get("milestone", "")))
    if is_asked and asks_in and asks_in.group_id:
        about: object = milestone or ""
        if not milestone and request.GET.get("milestone") != "":
            about = milestone_at(asks_in.group_id, asks_in.enrolment_id, reads.relations.now) or ""
        query = {"title": text, "milestone": about}
        return redirect(reverse("questions:question-new", args=[asks_in.group_id], query=query))
    found = find(reads, text, asks_in, milestone)
    if request.htmx.target == "box-hits":
        return render(request, "trends/_hits.html", {"found": found})
    groups = groups_to_ask_in(reads.relations) if is_asked else ()
    return render(request, "trends/search.html", {"found": found, "groups": groups})
