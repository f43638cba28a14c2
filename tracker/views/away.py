"""A student's days away: they say them themselves, or who leads them does."""

from datetime import date, datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from groups.actions.absences import add_absence, end_absence, last_change_id, remove_absence, undo_absence
from lib.days import day_range_label
from lib.editing import status_of
from lib.fields import say_beside
from lib.refusals import acting
from lib.requests import HtmxRequest, form_page
from lib.text import joined
from lib.undo import with_undo
from people.access import Audience, audience, signed_in
from people.saved_once import saved_once
from tracker.access.students import (
    StudentAccess,
    absence_change_to_undo,
    absence_to_end,
    absence_to_remove,
    student_to_let_away,
)
from tracker.dashboards.meetings import next_meeting
from tracker.forms.students import AbsenceForm


@audience(Audience.STUDENT, Audience.MENTOR, Audience.COURSE_ADMIN)
@form_page
@saved_once
def student_away(request: HtmxRequest, enrolment_id: int) -> HttpResponse:
    now, user = timezone.now(), signed_in(request)
    access = student_to_let_away(user, enrolment_id, now)
    today = access.today
    form = AbsenceForm(
        request.POST or None,
        today=today,
        first=today if access.is_self else None,
        initial={"starts_on": _first_day(access, now) if access.is_self else None},
    )
    say_beside(form["reason"], readers=f"{_readers(access)} read this", is_private=True)
    if request.method == "POST" and form.is_valid():
        with acting(request, form):
            absence = add_absence(enrolment=access.enrolment, **form.cleaned_data, by=user, at=now)
            who = "You are" if access.is_self else f"{access.enrolment.person} is"
            days = day_range_label(absence.starts_on, absence.ends_on, today)
            _say(request, access, f"{who} away {days}.", last_change_id(absence.pk))
            return redirect(_back(access))
    to_come = access.enrolment.absences.not_over(today).order_by("starts_on", "pk")
    context = {
        "form": form,
        "access": access,
        "away": [(row, day_range_label(row.starts_on, row.ends_on, today)) for row in to_come],
        "back": _back(access),
    }
    return render(request, "tracker/student_away.html", context, status=status_of(form))


@audience(Audience.STUDENT, Audience.MENTOR, Audience.COURSE_ADMIN)
@require_POST
def student_away_end(request: HtmxRequest, enrolment_id: int, absence_id: int) -> HttpResponse:
    now, user = timezone.now(), signed_in(request)
    access, absence = absence_to_end(user, enrolment_id, absence_id, now)
    with acting(request):
        change_id = end_absence(absence=absence, by=user, at=now)
        who = "You are" if access.is_self else f"{access.enrolment.person} is"
        is_now = absence.starts_on <= access.today
        _say(request, access, f"{who} {'back' if is_now else 'not away then'}.", change_id)
    return redirect(_back(access))


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@require_POST
def student_away_remove(request: HtmxRequest, enrolment_id: int, absence_id: int) -> HttpResponse:
    now, user = timezone.now(), signed_in(request)
    access, absence = absence_to_remove(user, enrolment_id, absence_id, now)
    with acting(request):
        change_id = remove_absence(absence=absence, by=user, at=now)
        days = day_range_label(absence.starts_on, absence.ends_on, access.today)
        _say(request, access, f"Removed: {access.enrolment.person} away {days}.", change_id)
    return redirect(_back(access))


@audience(Audience.STUDENT, Audience.MENTOR, Audience.COURSE_ADMIN)
@require_POST
def student_away_undo(request: HtmxRequest, enrolment_id: int, change_id: int) -> HttpResponse:
    now, user = timezone.now(), signed_in(request)
    access, change = absence_change_to_undo(user, enrolment_id, change_id, now)
    with acting(request):
        undo_absence(change=change, enrolment=access.enrolment, by=user, at=now)
        messages.success(request, "Undone. The days away are as before.")
    return redirect(_back(access))


def _say(request: HtmxRequest, access: StudentAccess, message: str, change_id: int) -> None:
    undo = reverse("tracker:student-away-undo", args=[access.enrolment.pk, change_id])
    messages.success(request, with_undo(request, message, undo))


def _back(access: StudentAccess) -> str:
    """My week, for the student; else their page."""
    if access.is_self and access.stay:
        return reverse("tracker:week", args=[access.stay.group_id])
    return reverse("tracker:student-detail", args=[access.enrolment.pk])


def _first_day(access: StudentAccess, now: datetime) -> date:
    """Today, or the day of the next meeting if that is later."""
    if access.stay is None:
        return access.today
    group = access.stay.group
    meeting = next_meeting(group, list(group.check_ins.shared()), now)
    return max(access.today, meeting.on) if meeting else access.today


def _readers(access: StudentAccess) -> str:
    """ "Marta and course admins"; the student reads it as well."""
    stay = access.stay
    mentors = stay.group.mentors_on(access.today).people() if stay else []
    own = [] if access.is_self else [access.enrolment.person.get_short_name()]
    return joined([*own, *(mentor.get_short_name() for mentor in mentors), "course admins"])
