from collections.abc import Callable
from datetime import date

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from courses.models import Cohort
from groups.access import cohort_to_administer, move_to_administer
from groups.actions.bulk import MOST
from groups.models import Mentorship, Move
from lib.days import full_day
from lib.ids import as_id
from lib.pages import page_of
from lib.requests import HtmxRequest
from lib.undo import with_undo
from people.access import Audience, audience, signed_in
from people.previews import previewed, rolled_back
from people.saved_once import saved_once
from tracker.actions.move_undo import undo_moves
from tracker.dashboards.moving import meaning_of

# How many reasons a message has room for.
_NAMED = 3


@audience(Audience.COURSE_ADMIN)
@require_safe
def move_list(request: HtmxRequest, cohort_id: int) -> HttpResponse:
    """The moves of a cohort, the latest first; of their own the reader is not told why."""
    now, user = timezone.now(), signed_in(request)
    cohort = cohort_to_administer(user, cohort_id, now)
    moves = Move.objects.filter(Q(enrolment__cohort=cohort) | Q(group__cohort=cohort))
    parts = ("enrolment__person", "other__person", "group", "person", "made_by", "undone_by")
    page = page_of(request.GET, moves.select_related(*parts).order_by("-made_at", "-pk"))
    # No move names the mentor who handed a group over.
    mentored = set(Mentorship.objects.filter(person=user).values_list("group", flat=True))
    for move in page:
        people = {move.person, *(row.person for row in (move.enrolment, move.other) if row)}
        if user in people or (move.person and move.group_id in mentored):
            move.reason = ""
    context = {"cohort": cohort, **cohort.state_on(cohort.today(now)), "page": page}
    return render(request, "tracker/move_list.html", context)


def move_page(
    request: HtmxRequest,
    make: Callable[[], Move],
    *,
    cohort: Cohort,
    today: date,
    form: forms.Form,
    back: str,
    submit_label: str,
) -> HttpResponse:
    """Show what a move would do; make it when it is sent again as it was shown, and lead back."""
    with rolled_back():
        shown = meaning_of(make(), today)
    preview = previewed(request, shown)
    if preview.is_confirmed:
        move = make()
        when = "" if move.on <= today else f", from {full_day(move.on)} on"
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
    }
    return render(request, "tracker/move_preview.html", context)


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
    if move.group_id:
        return redirect("tracker:group-set-up", move.group_id)
    return redirect("tracker:enrolment-detail", move.enrolment_id)


@audience(Audience.COURSE_ADMIN)
@require_POST
def moves_undo(request: HtmxRequest, cohort_id: int) -> HttpResponse:
    """Undo several moves of the cohort, as far as they can be undone."""
    now = timezone.now()
    user = signed_in(request)
    cohort = cohort_to_administer(user, cohort_id, now)
    pks = [as_id(text) for text in request.POST.get("moves", "").split()[:MOST]]
    moves = Move.objects.filter(enrolment__cohort=cohort, pk__in=[pk for pk in pks if pk])
    undone, refused = undo_moves(moves=moves.values_list("pk", flat=True), by=user, at=now)
    refusals = [refusal for _, refusal in refused]
    count = len(undone)
    messages.success(request, f"Undone for {count} {'person' if count == 1 else 'people'}.")
    if refusals:
        more = f" And {len(refusals) - _NAMED} more." if len(refusals) > _NAMED else ""
        messages.warning(request, " ".join(refusals[:_NAMED]) + more)
    return redirect("tracker:move-list", cohort.pk)
