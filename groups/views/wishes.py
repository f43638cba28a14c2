"""Wishes and willing mentors, by which groups are formed besides the students' own data."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from groups.access import (
    cohort_to_administer,
    own_enrolment,
    refuse_if_archived,
    refuse_if_closed,
    to_administer,
)
from groups.actions.enrolment import note_would_mentor
from groups.actions.forming import note_willing, note_wish
from groups.actions.inviting import person_of
from groups.dashboards.proposal import mentors_to_ask, with_loads
from groups.forms.proposal import WillingForm, WishForm
from groups.models import WillingMentor, Wish
from lib.days import full_day
from lib.editing import status_of
from lib.pages import LINES, page_of
from lib.refusals import acting
from lib.requests import HtmxRequest, form_page
from lib.text import counted
from people.access import Audience, audience, signed_in
from people.saved_once import saved_once


@audience(Audience.COURSE_ADMIN)
@form_page
@saved_once
def wish_list(request: HtmxRequest, cohort_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    cohort = cohort_to_administer(user, cohort_id, now)
    refuse_if_closed(user, cohort, now)
    form = WishForm(request.POST or None, cohort=cohort, today=cohort.today(now))
    if request.method == "POST" and form.is_valid():
        with acting(request, form, field="other"):
            wish, replaced = note_wish(**form.cleaned_data, by=user, at=now)
            message = f"Noted: {wish}."
            if replaced is not None:
                on = full_day(cohort.today(replaced.noted_at))
                message += f" It replaces “{replaced.kind}”, which {replaced.noted_by} noted on {on}."
            messages.success(request, message)
            return redirect("groups:wish-list", cohort.pk)
    wishes = Wish.objects.filter(one__cohort=cohort).by_name().select_related("noted_by")
    context = {"cohort": cohort, "form": form, "page": page_of(request.GET, wishes, LINES)}
    return render(request, "groups/wish_list.html", context, status=status_of(form))


@audience(Audience.COURSE_ADMIN)
@require_POST
def wish_remove(request: HtmxRequest, wish_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    wish = to_administer(user, Wish, wish_id, now)
    refuse_if_closed(user, wish.one.cohort, now)
    wish.delete()
    messages.success(request, f"Removed: {wish}.")
    return redirect("groups:wish-list", wish.one.cohort_id)


@audience(Audience.COURSE_ADMIN)
@form_page
@saved_once
def willing_mentor_list(request: HtmxRequest, cohort_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    cohort = cohort_to_administer(user, cohort_id, now)
    refuse_if_closed(user, cohort, now)
    form = WillingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with acting(request, form), transaction.atomic():
            person, invitation = person_of(email=data["email"], name=data["name"], by=user, at=now)
            willing = note_willing(
                cohort=cohort, person=person, most_groups=data["most_groups"], by=user, at=now
            )
            many = counted(willing.most_groups, "group")
            later = " You can invite them when you publish the groups." if invitation else ""
            messages.success(request, f"{person} takes {many} at most.{later}")
            return redirect("groups:willing-mentor-list", cohort.pk)
    rows = cohort.willing_mentors.select_related("person").order_by("person__name", "pk")
    page = page_of(request.GET, rows, LINES)
    context = {
        "cohort": cohort,
        "form": form,
        "page": page,
        "lines": with_loads(page, cohort, now),
        "to_ask": mentors_to_ask(cohort),
    }
    return render(request, "groups/willing_mentor_list.html", context, status=status_of(form))


@audience(Audience.COURSE_ADMIN)
@require_POST
def willing_mentor_remove(request: HtmxRequest, willing_id: int) -> HttpResponse:
    """Groups that they mentor, or are proposed to mentor, stay as they are."""
    now = timezone.now()
    user = signed_in(request)
    willing = to_administer(user, WillingMentor, willing_id, now)
    refuse_if_closed(user, willing.cohort, now)
    willing.delete()
    messages.success(request, f"{willing.person} is no longer on the list. Their groups stay as they are.")
    return redirect("groups:willing-mentor-list", willing.cohort_id)


@audience(Audience.STUDENT)
@require_POST
def would_mentor(request: HtmxRequest, enrolment_id: int, *, would: bool) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    enrolment = own_enrolment(user, enrolment_id, now)
    refuse_if_archived(user, enrolment.cohort)
    told = (
        "The course admins can see that you would mentor."
        if would
        else "You are no longer on the list of mentors."
    )
    with acting(request):
        note_would_mentor(enrolment=enrolment, would=would, by=user, at=now)
        messages.success(request, told)
    return redirect("tracker:my-week")
