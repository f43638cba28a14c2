from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from lib.days import day_label
from lib.editing import status_of
from lib.requests import HtmxRequest, form_page
from people.access import Audience, audience, signed_in
from people.saved_once import saved_once
from tracker.access.students import (
    snooze_to_end,
    student_to_snooze,
)
from tracker.actions.attention import end_snooze, snooze_student
from tracker.dashboards.group_overviews import reason_codes
from tracker.forms.students import SnoozeForm


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
