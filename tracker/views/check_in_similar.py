import re

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from people.access import Audience, audience, signed_in
from tracker.access.check_ins import week_to_log
from tracker.dashboards.check_in_questions import askable_questions, candidates_for, typed_text


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@require_safe
def check_in_similar(request: HttpRequest, group_id: int, week_iso: str) -> HttpResponse:
    """Offer questions that were asked before, under the line (`line=q3`) in which one is being typed."""
    now = timezone.now()
    user = signed_in(request)
    place = week_to_log(user, group_id, week_iso, now)
    line = request.GET.get("line", "")
    if not re.fullmatch(r"q[0-9]{1,2}", line):
        raise Http404
    candidates = candidates_for(
        typed_text(request.GET.get(f"{line}-title"), request.GET.get(f"{line}-milestone")),
        request.GET.get(f"{line}-again", ""),
        user,
        now,
        askable_questions(user, place.access.group, now),
    )
    context = {"name": f"{line}-again", "candidates": candidates}
    return render(request, "tracker/_check_in_similar.html", context)
