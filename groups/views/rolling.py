"""What goes on from one cohort to the next: its mentors, and students who would mentor."""

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from courses.models import Cohort
from groups.access import cohort_to_administer, own_enrolment, refuse_if_archived
from groups.actions.enrolment import EnrolmentError
from groups.actions.rolling import note_would_mentor, roll_over
from groups.dashboards.proposal import mentors_who_may_stay
from groups.forms.rolling import RollOverForm
from lib.editing import status_of
from lib.requests import HtmxRequest, form_page
from people.access import Audience, audience, signed_in
from people.saved_once import saved_once


@audience(Audience.COURSE_ADMIN)
@form_page
@saved_once
def cohort_roll_over(request: HtmxRequest, cohort_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    old = cohort_to_administer(user, cohort_id, now, also_archived=True)
    refuse_if_archived(user, old.course)
    form = RollOverForm(
        request.POST or None,
        instance=Cohort(course=old.course, time_zone=old.time_zone),
        mentors=mentors_who_may_stay(old, now),
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = roll_over(cohort=form.save(commit=False), mentors=form.staying(), by=user, at=now)
        except IntegrityError:
            form.add_error("title", "Someone just used this title. Choose another.")
        else:
            messages.success(request, f"{made} created from {old}. Check its calendar, then add people.")
            return redirect("groups:cohort-calendar", made.pk)
    context = {"cohort": old, "form": form}
    return render(request, "groups/cohort_roll_over.html", context, status=status_of(form))


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
