from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from courses.models import Cohort
from groups.access import cohort_to_administer
from groups.dashboards.moving import moves_of
from groups.models import Move
from lib.days import full_day
from lib.requests import HtmxRequest
from lib.undo import with_undo
from people.access import Audience, audience, signed_in


@audience(Audience.COURSE_ADMIN)
@require_safe
def move_list(request: HtmxRequest, cohort_id: int) -> HttpResponse:
    user = signed_in(request)
    cohort = cohort_to_administer(user, cohort_id, timezone.now())
    context = {
        "cohort": cohort,
        "page": moves_of(cohort, user, request.GET.get("page")),
    }
    return render(request, "groups/move_list.html", context)


def move_page(
    request: HtmxRequest,
    preview: Mapping[str, Any],
    make: Callable[[], Move],
    *,
    cohort: Cohort,
    form: forms.Form,
    back: str,
    submit_label: str,
) -> HttpResponse:
    """Show what a move would do; make it when it is sent again as it was shown, and lead back."""
    if request.POST.get("seen") == preview["key"]:
        move = make()
        when = "" if move.on <= cohort.today(move.made_at) else f", from {full_day(move.on)} on"
        undo_url = reverse("tracker:move-undo", args=[move.pk])
        messages.success(request, with_undo(request, f"{move}{when}.", undo_url))
        return redirect(back)
    context = {
        "cohort": cohort,
        "preview": preview,
        "form": form,
        "action_url": request.path,
        "cancel_url": back,
        "submit_label": submit_label,
        "is_other": "seen" in request.POST,
    }
    return render(request, "groups/move_preview.html", context)
