from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from groups.models import Absence
from lib.days import day_label, day_range_label
from lib.editing import status_of
from lib.requests import HtmxRequest, form_page
from people.access import Audience, audience, signed_in
from people.saved_once import saved_once
from tracker.access.students import (
    absence_to_remove,
    put_aside_to_end,
    student_to_change,
    student_to_put_aside,
)
from tracker.actions.attention import end_put_aside, put_aside
from tracker.forms.students import AbsenceForm, PutAsideForm


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@form_page
@saved_once
def attention_put_aside(request: HtmxRequest, enrolment_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    access = student_to_put_aside(user, enrolment_id, now)
    form = PutAsideForm(request.POST or None, enrolment=access.enrolment, today=access.today)
    if request.method == "POST" and form.is_valid():
        aside = put_aside(enrolment=access.enrolment, by=user, at=now, **form.cleaned_data)
        until = day_label(aside.until_on, access.today)
        messages.success(request, f"{access.enrolment.person} is snoozed until {until}.")
        return redirect("tracker:student-detail", enrolment_id)
    return render(
        request, "tracker/attention_put_aside.html", {"form": form, "access": access}, status=status_of(form)
    )


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@require_POST
def attention_end_put_aside(request: HtmxRequest, enrolment_id: int, put_aside_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    access, aside = put_aside_to_end(user, enrolment_id, put_aside_id, now)
    end_put_aside(aside=aside, by=user, at=now)
    messages.success(request, f"{access.enrolment.person} is no longer snoozed.")
    return redirect("tracker:student-detail", enrolment_id)


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@form_page
@saved_once
def absence_accept(request: HtmxRequest, enrolment_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    access = student_to_change(user, enrolment_id, now)
    absence = Absence(enrolment=access.enrolment, accepted_by=user, accepted_at=now)
    form = AbsenceForm(request.POST or None, instance=absence, enrolment=access.enrolment, today=access.today)
    if request.method == "POST" and form.is_valid():
        absence = form.save()
        days = day_range_label(absence.starts_on, absence.ends_on, access.today)
        messages.success(request, f"Absence of {access.enrolment.person} added: {days}.")
        return redirect("tracker:student-detail", enrolment_id)
    return render(
        request, "tracker/absence_accept.html", {"form": form, "access": access}, status=status_of(form)
    )


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@require_POST
def absence_remove(request: HtmxRequest, enrolment_id: int, absence_id: int) -> HttpResponse:
    access, absence = absence_to_remove(signed_in(request), enrolment_id, absence_id, timezone.now())
    absence.delete()
    days = day_range_label(absence.starts_on, absence.ends_on, access.today)
    messages.success(request, f"Absence of {access.enrolment.person} removed: {days}.")
    return redirect("tracker:student-detail", enrolment_id)
