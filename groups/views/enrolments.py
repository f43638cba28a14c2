from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from groups.access import own_enrolment, refuse_if_archived, to_administer
from groups.actions.enrolment import EnrolmentError, note_would_mentor
from groups.actions.moving import make_moves, only, swap_students
from groups.dashboards.enrolments import enrolment_page
from groups.dashboards.moving import last_move, preview_of
from groups.forms.people import EndForm, LeaveForm, MoveForm, ReturnForm, SwapForm
from groups.models import Enrolment, Group, Move
from lib.days import full_day
from lib.requests import HtmxRequest
from lib.undo import with_undo
from people.access import Audience, audience, signed_in
from people.models import User
from people.saved_once import saved_once

# The forms of an enrolment by their prefix, with the button that makes the move.
_FORMS: Mapping[str, tuple[Callable[..., forms.Form], str]] = {
    "move": (MoveForm, "Move"),
    "swap": (SwapForm, "Swap"),
    "leave": (LeaveForm, "Remove from the group"),
    "end": (EndForm, "End the enrolment"),
    "return": (ReturnForm, "Let them come back"),
}


@audience(Audience.COURSE_ADMIN)
@require_safe
def enrolment_detail(request: HtmxRequest, enrolment_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    enrolment = to_administer(user, Enrolment, enrolment_id, now)
    return render(request, "groups/enrolment_detail.html", _context(enrolment, user, now))


def _context(
    enrolment: Enrolment, reader: User, now: datetime, posted: str = "", form: Any = None
) -> dict[str, Any]:
    """`form` is the one that was sent, of the prefix `posted`."""
    page = enrolment_page(enrolment, reader, now)
    current = page.current.group if page.current else None
    return {
        "cohort": enrolment.cohort,
        "enrolment": enrolment,
        "page": page,
        "last": last_move(enrolment, now),
        **{
            f"{name}_form": form if name == posted else _form(name, enrolment, current, now)
            for name in _FORMS
        },
    }


def _form(
    name: str, enrolment: Enrolment, current: Group | None, now: datetime, data: Any = None
) -> forms.Form:
    make, _ = _FORMS[name]
    return make(data, enrolment=enrolment, current=current, today=enrolment.cohort.today(now))


@audience(Audience.COURSE_ADMIN)
@require_POST
@saved_once
def enrolment_change(request: HtmxRequest, enrolment_id: int, deed: str) -> HttpResponse:
    """Show what a move would do; make it when it is sent again as it was shown."""
    now = timezone.now()
    user = signed_in(request)
    enrolment = to_administer(user, Enrolment, enrolment_id, now)
    stay = enrolment.memberships.filter(ended_on=None).select_related("group").first()
    form = _form(deed, enrolment, stay.group if stay else None, now, request.POST)
    if not form.is_valid():
        return _refused(request, enrolment, deed, form, now)
    try:
        preview = preview_of(
            lambda: _made(deed, enrolment, form.cleaned_data, user, now),
            enrolment,
            enrolment.cohort.today(now),
        )
        if request.POST.get("seen") == preview.key:
            return _done(request, enrolment, _made(deed, enrolment, form.cleaned_data, user, now))
    except EnrolmentError as error:
        form.add_error(None, str(error))
        return _refused(request, enrolment, deed, form, now)
    context = {
        "cohort": enrolment.cohort,
        "preview": preview,
        "form": form,
        "action_url": request.path,
        "cancel_url": reverse("groups:enrolment-detail", args=[enrolment.pk]),
        "submit_label": _FORMS[deed][1],
        "is_other": "seen" in request.POST,
    }
    return render(request, "groups/move_preview.html", context)


def _made(deed: str, enrolment: Enrolment, data: Mapping[str, Any], by: User, at: datetime) -> Move:
    if deed == "swap":
        other, on, reason = data["other"].enrolment, data["on"], data["reason"]
        return swap_students(enrolment=enrolment, other=other, on=on, reason=reason, by=by, at=at)
    return only(make_moves(deed=deed, enrolments=[enrolment], data=data, by=by, at=at))


def _done(request: HtmxRequest, enrolment: Enrolment, move: Move) -> HttpResponse:
    today = enrolment.cohort.today(move.made_at)
    when = "" if move.on <= today else f", from {full_day(move.on)} on"
    undo_url = reverse("tracker:move-undo", args=[move.pk])
    messages.success(request, with_undo(request, f"{move}{when}.", undo_url))
    return redirect("groups:enrolment-detail", enrolment.pk)


def _refused(
    request: HtmxRequest, enrolment: Enrolment, deed: str, form: forms.Form, now: datetime
) -> HttpResponse:
    context = _context(enrolment, signed_in(request), now, deed, form)
    return render(request, "groups/enrolment_detail.html", context, status=422)


@audience(Audience.STUDENT)
@require_POST
def would_mentor(request: HtmxRequest, enrolment_id: int, *, would: bool) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    enrolment = own_enrolment(user, enrolment_id, now)
    refuse_if_archived(user, enrolment.cohort)
    told = (
        "The course admins see that you would mentor." if would else "You are off the list of mentors-to-be."
    )
    try:
        note_would_mentor(enrolment=enrolment, would=would, by=user, at=now)
    except EnrolmentError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, told)
    return redirect("tracker:my-week")
