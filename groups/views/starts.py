"""The start of a cohort that has not begun."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from groups.access import cohort_to_administer, refuse_if_closed
from groups.actions.due_dates import (
    DatesError,
    move_start,
    moved_by_start,
    state_of,
    undo_move_of_start,
)
from groups.dashboards.moved_dates import moved_groups
from groups.forms.start import StartForm, StartUndoForm
from lib.days import full_day
from lib.editing import status_of
from lib.requests import HtmxRequest, form_page
from lib.undo import with_undo
from people.access import Audience, audience, signed_in
from people.saved_once import saved_once


@audience(Audience.COURSE_ADMIN)
@form_page
@saved_once
def start_move(request: HtmxRequest, cohort_id: int) -> HttpResponse:
    """Show what another start would move; move it once that was seen."""
    now = timezone.now()
    user = signed_in(request)
    cohort = cohort_to_administer(user, cohort_id, now)
    refuse_if_closed(user, cohort, now)
    today = cohort.today(now)
    form = StartForm(request.POST or None, cohort=cohort, today=today)
    context = {"cohort": cohort, "form": form}
    if form.is_valid():
        starts_on, reason = form.cleaned_data["starts_on"], form.cleaned_data["reason"]
        seen, was_seen = state_of(cohort, starts_on), request.POST.get("seen")
        try:
            if was_seen == seen:
                move_start(cohort=cohort, starts_on=starts_on, reason=reason, by=user, at=now)
                message = f"{cohort} begins on {full_day(starts_on)}. The plans of its groups moved along."
                days = {"before": cohort.starts_on.isoformat(), "after": starts_on.isoformat()}
                moved = {**days, "moved_at": now.isoformat()}
                undo_url = reverse("groups:start-undo", args=[cohort.pk], query=moved)
                messages.success(request, with_undo(request, message, undo_url))
                return redirect("groups:cohort-calendar", cohort.pk)
            context |= {
                "groups": moved_groups(cohort, moved_by_start(cohort, starts_on), today),
                "new_start": starts_on,
                "seen": seen,
                "is_stale": bool(was_seen),
            }
        except DatesError as error:
            form.add_error("starts_on", str(error))
    return render(request, "groups/start_move.html", context, status=status_of(form))


@audience(Audience.COURSE_ADMIN)
@require_POST
@saved_once
def start_undo(request: HtmxRequest, cohort_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    cohort = cohort_to_administer(user, cohort_id, now)
    form = StartUndoForm(request.GET)
    try:
        if not form.is_valid():
            raise DatesError("This cannot be undone.")
        kept = undo_move_of_start(cohort=cohort, by=user, at=now, **form.cleaned_data)
    except DatesError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{cohort} begins on {full_day(form.cleaned_data['before'])}, as before.")
        if kept:
            names = ", ".join(map(str, kept))
            messages.warning(request, f"Changed since, so their plans stay as they are: {names}.")
    return redirect("groups:cohort-calendar", cohort.pk)
