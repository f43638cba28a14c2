from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from groups.access import cohort_to_administer, move_to_administer
from groups.actions.undoing import undo_moves
from groups.dashboards.moving import moves_of
from groups.tabs import cohort_tabs
from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in
from people.saved_once import saved_once


@audience(Audience.COURSE_ADMIN)
@require_safe
def move_list(request: HtmxRequest, cohort_id: int) -> HttpResponse:
    cohort = cohort_to_administer(signed_in(request), cohort_id, timezone.now())
    context = {
        "cohort": cohort,
        "tabs": cohort_tabs(cohort, "People"),
        "page": moves_of(cohort, request.GET.get("page")),
    }
    return render(request, "groups/move_list.html", context)


@audience(Audience.COURSE_ADMIN)
@require_POST
@saved_once
def move_undo(request: HtmxRequest, move_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    move = move_to_administer(user, move_id, now)
    _, refused = undo_moves(moves=[move.pk], by=user, at=now)
    if refused:
        messages.error(request, refused[0][1])
    else:
        messages.success(request, f"Undone: {move}.")
    return redirect("groups:enrolment-detail", move.enrolment_id)
