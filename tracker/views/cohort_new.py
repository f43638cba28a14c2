from collections.abc import Collection

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from courses.models import Cohort
from groups.access import course_to_administer
from groups.forms.cohort import LikeForm, NextCohortForm
from lib.editing import status_of
from lib.refusals import acting
from lib.requests import HtmxRequest, form_page
from lib.text import counted, joined
from people.access import Audience, audience, signed_in
from people.saved_once import saved_once
from tracker.actions.next_cohort import begin_cohort
from tracker.dashboards.next_cohort import next_cohort


@audience(Audience.COURSE_ADMIN)
@form_page
@saved_once
def cohort_new(request: HtmxRequest, slug: str) -> HttpResponse:
    now, user = timezone.now(), signed_in(request)
    course = course_to_administer(user, slug, now)
    # The next one may be there already, without a group.
    earlier = course.cohorts.order_by("-starts_on", "-pk")
    usual = earlier.filter(groups__mentorships__isnull=False).first() or earlier.first()
    asked = request.GET if "like" in request.GET else {"like": usual.pk if usual else ""}
    like_form = LikeForm(asked, cohorts=earlier)
    like_form.is_valid()
    asked_for = like_form.cleaned_data
    like = next((cohort for cohort in earlier if cohort.pk == asked_for.get("like")), None)
    shown = next_cohort(course, like, asked_for.get("starts_on"), now)
    new = Cohort(course=course, time_zone=like.time_zone if like else "UTC")
    if like:
        new.asks_before_meeting = like.asks_before_meeting
    title = f"{shown.starts_on:%B %Y}"
    is_taken = earlier.filter(title__iexact=title).exists()
    form = NextCohortForm(
        request.POST or None,
        instance=new,
        initial={"title": "" if is_taken else title, "starts_on": shown.starts_on},
        today=new.today(now),
        brings=shown.brings,
    )
    if request.method == "POST" and form.is_valid():
        shown = next_cohort(course, like, form.cleaned_data["starts_on"], now)
        takes = {name: getattr(shown, name) for name in shown.brings if form.cleaned_data[name]}
        with acting(request, form):
            cohort = begin_cohort(cohort=form.save(commit=False), **takes, by=user, at=now)
            messages.success(request, _said(cohort, takes))
            return redirect("groups:cohort-calendar", cohort.pk)
    context = {"course": course, "form": form, "like_form": like_form, "shown": shown}
    return render(
        request,
        "tracker/cohort_new.html",
        context,
        status=status_of(form) if request.method == "POST" else 200,
    )


def _said(cohort: Cohort, takes: dict[str, Collection[object]]) -> str:
    words = {"breaks": "break", "mentors": "willing mentor", "answers": "frequent question"}
    along = [counted(len(rows), words[name]) for name, rows in takes.items() if rows]
    brought = f" with {joined(along)}" if along else ""
    return f"{cohort} created{brought}. Nobody was told. Check its calendar, then add people."
