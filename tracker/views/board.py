from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from groups.access import cohort_to_administer
from groups.tabs import cohort_tabs
from people.access import Audience, audience, signed_in
from tracker.dashboards.board import cohort_board


@audience(Audience.COURSE_ADMIN)
@require_safe
def board(request: HttpRequest, cohort_id: int) -> HttpResponse:
    now = timezone.now()
    cohort = cohort_to_administer(signed_in(request), cohort_id, now)
    context = {"board": cohort_board(cohort=cohort, now=now), "tabs": cohort_tabs(cohort, "Board")}
    return render(request, "tracker/board.html", context)
