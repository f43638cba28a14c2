from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from groups.actions.locking import locked_enrolments
from groups.models import Absence
from lib.days import day_label, day_range_label
from lib.editing import status_of
from lib.requests import HtmxRequest, form_page
from people.access import Audience, audience, signed_in
from people.saved_once import saved_once
from tracker.access.students import (
    absence_to_remove,
    snooze_to_end,
    student_to_change,
    student_to_snooze,
)
from tracker.actions.attention import end_snooze, snooze_student
from tracker.dashboards.group_overviews import reason_codes
from tracker.forms.students import AbsenceForm, SnoozeForm


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@form_page
@saved_once
def snooze(request: HtmxRequest, enrolment_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    access = student_to_snooze(user, enrolment_id, now)
    form = SnoozeForm(request.POST or None, enrolment=access.enrolment, today=access.today)
    if request.method == "POST" and form.is_valid():
        codes = reason_codes(access.stay, now) if access.stay else ()
        aside = snooze_student(enrolment=access.enrolment, by=user, at=now, codes=codes, **form.cleaned_data)
        until = day_label(aside.until_on, access.today)
        messages.success(request, f"{access.enrolment.person} is snoozed until {until}.")
        return redirect("tracker:student-detail", enrolment_id)
    return render(request, "tracker/snooze.html", {"form": form, "access": access}, status=status_of(form))


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@require_POST
def snooze_end(request: HtmxRequest, enrolment_id: int, snooze_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    access, aside = snooze_to_end(user, enrolment_id, snooze_id, now)
    end_snooze(aside=aside, by=user, at=now)
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
    if request.method == "POST":
        with transaction.atomic():
            # Of two who accept at once, the second reads the days of the first.
            locked_enrolments([enrolment_id])
            if form.is_valid():
                form.save()
    if form.is_valid():
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
