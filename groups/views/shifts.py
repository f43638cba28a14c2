from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from groups.access import cohort_to_administer, refuse_if_closed, shift_to_administer
from groups.actions.shifting import ShiftError, apply_shift, start_after, state_of, undo_shift
from groups.dashboards.shifts import shift_page, shifts_of
from groups.forms.shifts import ShiftDaysForm
from groups.models import Shift
from groups.tabs import cohort_tabs
from lib.days import full_day
from lib.editing import status_of
from lib.ids import as_id
from lib.requests import HtmxRequest
from lib.undo import with_undo
from people.access import Audience, audience, signed_in
from people.saved_once import saved_once


@audience(Audience.COURSE_ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
@saved_once
def shift_list(request: HtmxRequest, cohort_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    cohort = cohort_to_administer(user, cohort_id, now)
    form = ShiftDaysForm(request.POST or None, cohort=cohort, today=cohort.today(now))
    if request.method == "POST" and form.is_valid():
        refuse_if_closed(user, cohort, now)
        shift = Shift.objects.create(cohort=cohort, made_by=user, made_at=now, **form.cleaned_data)
        return redirect("groups:shift-detail", shift.pk)
    context = {
        "cohort": cohort,
        "tabs": cohort_tabs(cohort, "Calendar"),
        "form": form,
        "page": shifts_of(cohort, request.GET.get("page")),
    }
    return render(request, "groups/shift_list.html", context, status=status_of(form))


@audience(Audience.COURSE_ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def shift_detail(request: HtmxRequest, shift_id: int) -> HttpResponse:
    """Each group's own dates. A POST keeps which of the groups on the page go along."""
    now = timezone.now()
    user = signed_in(request)
    shift = shift_to_administer(user, shift_id, now)
    if request.method == "POST":
        refuse_if_closed(user, shift.cohort, now)
        _choose(shift, request.POST)
        messages.success(request, "Saved which groups go along.")
        return redirect(request.get_full_path())
    today = shift.cohort.today(now)
    page, groups = shift_page(shift, today, request.GET.get("page"))
    start = start_after(shift, today)
    context = {
        "cohort": shift.cohort,
        "shift": shift,
        "page": page,
        "groups": groups,
        "out_count": len(shift.left_out),
        "seen": state_of(shift.cohort),
        "new_start": start if start != shift.cohort.starts_on else None,
    }
    return render(request, "groups/shift_detail.html", context)


@transaction.atomic
def _choose(shift: Shift, data: QueryDict) -> None:
    """Keep the ticks of the groups that the page showed."""
    # Another page of the same shift may be kept at the same time.
    shift = Shift.objects.select_for_update(of=("self",)).select_related("cohort").get(pk=shift.pk)
    shown = {pk for text in data.getlist("shown") if (pk := as_id(text)) is not None}
    ticked = {as_id(text) for text in data.getlist("group")}
    shown &= set(shift.cohort.groups.filter(pk__in=shown).values_list("pk", flat=True))
    left_out = (set(shift.left_out) - shown) | (shown - ticked)
    Shift.objects.filter(pk=shift.pk, applied_at=None).update(left_out=sorted(left_out))


@audience(Audience.COURSE_ADMIN)
@require_POST
@saved_once
def shift_apply(request: HtmxRequest, shift_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    shift = shift_to_administer(user, shift_id, now)
    refuse_if_closed(user, shift.cohort, now)
    _choose(shift, request.POST)
    try:
        shift = apply_shift(shift=shift, by=user, at=now, seen=request.POST.get("seen"))
    except ShiftError as error:
        messages.error(request, str(error))
        return redirect("groups:shift-detail", shift.pk)
    count = shift.changes.count()
    message = f"{shift}: the dates of {count} group{'' if count == 1 else 's'} moved."
    if shift.start_before:
        message += f" {shift.cohort} begins on {full_day(shift.cohort.starts_on)}."
    messages.success(request, with_undo(request, message, reverse("groups:shift-undo", args=[shift.pk])))
    return redirect("groups:cohort-calendar", shift.cohort_id)


@audience(Audience.COURSE_ADMIN)
@require_POST
@saved_once
def shift_undo(request: HtmxRequest, shift_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    shift = shift_to_administer(user, shift_id, now)
    try:
        kept = undo_shift(shift=shift, by=user, at=now)
    except ShiftError as error:
        messages.error(request, str(error))
    else:
        names = ", ".join(map(str, kept))
        messages.success(request, f"Undone: {shift}.")
        if kept:
            messages.warning(request, f"Changed since, so their plans stay as they are: {names}.")
    return redirect("groups:shift-list", shift.cohort_id)


@audience(Audience.COURSE_ADMIN)
@require_POST
def shift_discard(request: HtmxRequest, shift_id: int) -> HttpResponse:
    shift = shift_to_administer(signed_in(request), shift_id, timezone.now())
    count, _ = Shift.objects.filter(pk=shift.pk, applied_at=None).delete()
    if count:
        messages.success(request, f"Discarded: {shift}. No date was moved.")
    else:
        messages.error(request, "This was applied already. It can be undone.")
    return redirect("groups:shift-list", shift.cohort_id)
