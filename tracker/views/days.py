"""Correct from when until when somebody studies or mentors. Past events stay as they were."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from courses.models import Cohort
from groups.access import to_administer
from groups.actions.correcting import correct_days, correct_mentorship
from groups.models import Enrolment, Mentorship
from lib.editing import status_of
from lib.refusals import acting
from lib.requests import HtmxRequest, form_page
from people.access import Audience, audience, signed_in
from people.audit import record
from people.models import Deed, User
from tracker.forms.days import DaysForm, EnrolmentDaysForm


@audience(Audience.COURSE_ADMIN)
@form_page
def enrolment_days(request: HtmxRequest, enrolment_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    enrolment = to_administer(user, Enrolment, enrolment_id, now)
    stays = list(enrolment.memberships.select_related("group").order_by("started_on", "pk"))
    form = EnrolmentDaysForm(
        request.POST or None, enrolment=enrolment, stays=stays, today=enrolment.cohort.today(now)
    )
    if form.is_valid():
        with acting(request, form):
            correct_days(
                enrolment=enrolment, days=form.days("enrolment"), stays=form.days_of_stays(), by=user, at=now
            )
            _record(enrolment.cohort, enrolment.person_id, user, now)
            messages.success(request, f"{enrolment.person}’s days are corrected.")
            return redirect("tracker:enrolment-detail", enrolment.pk)
    context = {"enrolment": enrolment, "form": form}
    return render(request, "tracker/enrolment_days.html", context, status=status_of(form))


@audience(Audience.COURSE_ADMIN)
@form_page
def mentorship_days(request: HtmxRequest, mentorship_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    mentorship = to_administer(user, Mentorship, mentorship_id, now)
    cohort = mentorship.group.cohort
    form = DaysForm(
        request.POST or None,
        rows={"mentorship": ("Mentorship", mentorship)},
        cohort=cohort,
        today=cohort.today(now),
    )
    if form.is_valid():
        with acting(request, form):
            correct_mentorship(mentorship=mentorship, days=form.days("mentorship"), by=user, at=now)
            _record(cohort, mentorship.person_id, user, now)
            messages.success(request, f"{mentorship.person}’s days are corrected.")
            return redirect("tracker:group-set-up", mentorship.group_id)
    context = {"mentorship": mentorship, "form": form}
    return render(request, "tracker/mentorship_days.html", context, status=status_of(form))


def _record(cohort: Cohort, person: int, by: User, at: datetime) -> None:
    done = "corrected the days of {people} in {thing}"
    record(Deed.Kind.STUDENT, done, thing=cohort, people=[person], by=by, at=at)
