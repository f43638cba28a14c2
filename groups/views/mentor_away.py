from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from courses.models import CourseAdmin
from groups.access import (
    days_away_to_remove,
    own_mentorships,
    refuse_if_closed,
    to_administer,
)
from groups.actions.mentorship import note_away, note_away_from, remove_away
from groups.forms.mentor_away import DaysAwayForm, OwnDaysAwayForm
from groups.models import MentorAway, Mentorship
from lib.days import day_range_label
from lib.editing import status_of
from lib.refusals import acting
from lib.requests import HtmxRequest, form_page
from people.access import Audience, audience, signed_in
from people.saved_once import saved_once


@audience(Audience.PERSON)
@form_page
@saved_once
def mentor_away(request: HtmxRequest) -> HttpResponse:
    now, user = timezone.now(), signed_in(request)
    mentorships = own_mentorships(user, now)
    groups = [mentorship.group for mentorship in mentorships]
    # The earliest date in their cohorts.
    today = min((group.cohort.today(now) for group in groups), default=now.date())
    form = OwnDaysAwayForm(
        request.POST or None,
        mentorships=mentorships,
        today=today,
        initial={"mentorships": [mentorship.pk for mentorship in mentorships]},
    )
    if request.method == "POST" and form.is_valid():
        with acting(request, form):
            noted = note_away_from(**form.cleaned_data, by=user, at=now)
            days = day_range_label(noted[0].starts_on, noted[0].ends_on, today)
            then = (
                "Your stand-in, or else a course admin, gets an e-mail."
                if settings.SENDS_MAIL
                else "Ask a course admin for a stand-in."
            )
            messages.success(request, f"You are away {days}. {then}")
            return redirect("groups:mentor-away")
    rows = MentorAway.objects.not_over(today).filter(mentorship__in=list(mentorships))
    away = rows.select_related("mentorship__group").order_by("starts_on", "pk")
    admins = CourseAdmin.objects.filter(course__in={group.cohort.course_id for group in groups})
    context = {
        "form": form,
        "mentors_any": bool(groups),
        "away": [(row, day_range_label(row.starts_on, row.ends_on, today)) for row in away],
        "helpers": admins.select_related("person", "course").order_by("course__title", "person__name"),
    }
    return render(request, "groups/mentor_away.html", context, status=status_of(form))


@audience(Audience.COURSE_ADMIN)
@form_page
@saved_once
def mentor_away_add(request: HtmxRequest, mentorship_id: int) -> HttpResponse:
    now, user = timezone.now(), signed_in(request)
    mentorship = to_administer(user, Mentorship, mentorship_id, now)
    refuse_if_closed(user, mentorship.group.cohort, now)
    form = DaysAwayForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with acting(request, form, field="starts_on"):
            note_away(mentorship=mentorship, **form.cleaned_data, by=user, at=now)
            group = mentorship.group
            message = (
                f"{mentorship.person} is away. Assign a stand-in, so that {group} still has its check-in."
            )
            messages.success(request, message)
            return redirect(mentorship.group.mentors_url)
    return render(
        request,
        "groups/mentor_away_add.html",
        {"mentorship": mentorship, "form": form},
        status=status_of(form),
    )


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@require_POST
def mentor_away_remove(request: HtmxRequest, away_id: int) -> HttpResponse:
    now, user = timezone.now(), signed_in(request)
    away = days_away_to_remove(user, away_id, now)
    remove_away(away=away, by=user, at=now)
    mentorship = away.mentorship
    if mentorship.person == user:
        messages.success(request, f"Removed your days away from {mentorship.group}.")
        return redirect("groups:mentor-away")
    messages.success(request, f"Removed {mentorship.person}’s days away.")
    return redirect(mentorship.group.mentors_url)
