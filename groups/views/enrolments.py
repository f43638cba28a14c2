from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from groups.access import enrolment_to_administer
from groups.actions.enrolment import EnrolmentError, end_enrolment, join_group, leave_group
from groups.dashboards.enrolments import enrolment_page
from groups.forms.people import EndForm, LeaveForm, MoveForm
from groups.models import Enrolment
from lib.days import full_day
from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in
from people.saved_once import saved_once


@audience(Audience.COURSE_ADMIN)
@require_safe
def enrolment_detail(request: HtmxRequest, enrolment_id: int) -> HttpResponse:
    now = timezone.now()
    enrolment = enrolment_to_administer(signed_in(request), enrolment_id, now)
    return render(request, "groups/enrolment_detail.html", _context(enrolment, now))


def _context(enrolment: Enrolment, now: datetime, posted: str = "", data: Any = None) -> dict[str, Any]:
    """`posted` is the prefix of the form that `data` belongs to."""
    page = enrolment_page(enrolment, now)
    today = enrolment.cohort.today(now)
    given = {posted: data}
    return {
        "cohort": enrolment.cohort,
        "page": page,
        "move_form": MoveForm(
            given.get("move"),
            enrolment=enrolment,
            current=page.current.group if page.current else None,
            today=today,
        ),
        "leave_form": LeaveForm(given.get("leave"), enrolment=enrolment, today=today),
        "end_form": EndForm(given.get("end"), enrolment=enrolment, today=today),
    }


def _refused(
    request: HtmxRequest, enrolment: Enrolment, posted: str, now: datetime, error: Exception | None = None
) -> HttpResponse:
    context = _context(enrolment, now, posted, request.POST)
    if error is not None:
        context[f"{posted}_form"].add_error(None, str(error))
    return render(request, "groups/enrolment_detail.html", context, status=422)


@audience(Audience.COURSE_ADMIN)
@require_POST
@saved_once
def enrolment_move(request: HtmxRequest, enrolment_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    enrolment = enrolment_to_administer(user, enrolment_id, now)
    current = enrolment.memberships.filter(ended_on=None).select_related("group").first()
    form = MoveForm(
        request.POST,
        enrolment=enrolment,
        current=current.group if current else None,
        today=enrolment.cohort.today(now),
    )
    if not form.is_valid():
        return _refused(request, enrolment, "move", now)
    group, on, reason = (form.cleaned_data[name] for name in ("group", "on", "reason"))
    try:
        join_group(enrolment=enrolment, group=group, on=on, by=user, at=now, reason=reason)
    except EnrolmentError as error:
        return _refused(request, enrolment, "move", now, error)
    messages.success(request, f"{enrolment.person} is in {group} {_from(on, enrolment, now)}.")
    return redirect("groups:enrolment-detail", enrolment.pk)


@audience(Audience.COURSE_ADMIN)
@require_POST
@saved_once
def enrolment_leave(request: HtmxRequest, enrolment_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    enrolment = enrolment_to_administer(user, enrolment_id, now)
    form = LeaveForm(request.POST, enrolment=enrolment, today=enrolment.cohort.today(now))
    if not form.is_valid():
        return _refused(request, enrolment, "leave", now)
    try:
        stay = leave_group(enrolment=enrolment, by=user, at=now, **form.cleaned_data)
    except EnrolmentError as error:
        return _refused(request, enrolment, "leave", now, error)
    messages.success(request, f"{enrolment.person} was removed from {stay.group} and is still enrolled.")
    return redirect("groups:enrolment-detail", enrolment.pk)


@audience(Audience.COURSE_ADMIN)
@require_POST
@saved_once
def enrolment_end(request: HtmxRequest, enrolment_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    enrolment = enrolment_to_administer(user, enrolment_id, now)
    form = EndForm(request.POST, enrolment=enrolment, today=enrolment.cohort.today(now))
    if not form.is_valid():
        return _refused(request, enrolment, "end", now)
    try:
        ended = end_enrolment(enrolment=enrolment, by=user, at=now, **form.cleaned_data)
    except EnrolmentError as error:
        return _refused(request, enrolment, "end", now, error)
    messages.success(
        request,
        f"The enrolment of {ended.person} ended: {ended.get_end_reason_display()}. Their data is kept.",
    )
    return redirect("groups:enrolment-detail", enrolment.pk)


def _from(on: date, enrolment: Enrolment, now: datetime) -> str:
    return "now" if on <= enrolment.cohort.today(now) else f"from {full_day(on)} on"
