from collections.abc import Iterable
from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from courses.actions.archiving import archive, restore
from courses.forms.cohort import ClosedCohortForm, CohortForm, PauseForm
from courses.models import Cohort
from groups.access import cohort_to_administer, course_to_administer, refuse_if_closed
from groups.actions.due_dates import move_start, moved_by_start, undo_move_of_start
from groups.dashboards.calendar import calendar_of, moved_groups
from groups.dashboards.courses import cohorts_of
from groups.dashboards.set_up import cohort_set_up
from groups.forms.cohort import StartForm, StartUndoForm
from groups.models import Group
from groups.views.editing import versioned_form
from lib.days import full_day
from lib.editing import status_of
from lib.pages import page_of
from lib.refusals import Refused, acting
from lib.requests import HtmxRequest, form_page
from lib.text import joined
from lib.undo import with_undo
from people.access import Audience, audience, signed_in
from people.previews import previewed
from people.saved_once import saved_once


@audience(Audience.COURSE_ADMIN)
@require_safe
def cohort_list(request: HtmxRequest, slug: str) -> HttpResponse:
    now = timezone.now()
    course = course_to_administer(signed_in(request), slug, now)
    cohorts = cohorts_of(course.cohorts.filter(archived_at=None), now)
    archived = course.cohorts.exclude(archived_at=None).order_by("-starts_on", "-pk")
    context = {"course": course, "cohorts": cohorts, "archived": archived}
    return render(request, "groups/cohort_list.html", context)


@audience(Audience.COURSE_ADMIN)
@form_page
@saved_once
def cohort_edit(request: HtmxRequest, cohort_id: int) -> HttpResponse:
    """Existing plans keep their dates. The message says so."""
    now = timezone.now()
    user = signed_in(request)
    cohort = cohort_to_administer(user, cohort_id, now)
    is_closed, today = _is_closed(cohort), cohort.today(now)
    form_class = partial(ClosedCohortForm if is_closed else CohortForm, today=today)
    form, saved = versioned_form(request, form_class, cohort, by=user, at=now)
    if saved:
        message = f"{saved} saved."
        if saved.starts_on != cohort.starts_on:
            message += " Its groups’ plans keep their dates: reset those that should follow the new calendar."
        messages.success(request, message)
        return redirect("groups:cohort-calendar", saved.pk)
    context = {"cohort": cohort, "form": form, "is_closed": is_closed, "has_begun": cohort.has_begun(today)}
    return render(request, "groups/cohort_edit.html", context, status=status_of(form))


@audience(Audience.COURSE_ADMIN)
@require_safe
def cohort_calendar(request: HtmxRequest, cohort_id: int) -> HttpResponse:
    now = timezone.now()
    cohort = cohort_to_administer(signed_in(request), cohort_id, now)
    today, groups = cohort.today(now), page_of(request.GET, cohort.groups.in_order())
    context = {
        "cohort": cohort,
        **cohort.state_on(today),
        "groups": groups,
        "calendar": calendar_of(cohort, today, groups),
        "set_up": cohort_set_up(cohort, now),
        "form": PauseForm(),
    }
    return render(request, "groups/cohort_calendar.html", context)


def _is_closed(cohort: Cohort) -> bool:
    """Whether somebody has closed it, with what was open in it. A last day alone is no closing."""
    return cohort.closed_on is not None and cohort.closings.filter(undone_at=None).exists()


@audience(Audience.COURSE_ADMIN)
@require_POST
def cohort_archive(request: HtmxRequest, cohort_id: int, *, restores: bool) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    cohort = cohort_to_administer(user, cohort_id, now, also_archived=True)
    if restores:
        restore(thing=cohort, by=user, at=now)
        messages.success(request, f"{cohort} is restored.")
    else:
        archive(thing=cohort, by=user, at=now)
        url = reverse("groups:cohort-restore", args=[cohort.pk])
        messages.success(request, with_undo(request, f"{cohort} is archived.", url))
    return redirect("groups:cohort-list", cohort.course.slug)


@audience(Audience.COURSE_ADMIN)
@form_page
@saved_once
def start_move(request: HtmxRequest, cohort_id: int) -> HttpResponse:
    """Show what another start would move; move it once that was seen."""
    now = timezone.now()
    user = signed_in(request)
    cohort = cohort_to_administer(user, cohort_id, now)
    refuse_if_closed(user, cohort, now)
    today = cohort.today(now)
    form = StartForm(request.POST or None, cohort=cohort, today=today)
    context = {"cohort": cohort, "form": form}
    if form.is_valid():
        starts_on, reason = form.cleaned_data["starts_on"], form.cleaned_data["reason"]
        with acting(request, form, field="starts_on"):
            groups = moved_groups(cohort, moved_by_start(cohort, starts_on), today)
            shown = {"before": cohort.starts_on, "after": starts_on, "groups": groups}
            preview = previewed(request, shown)
            if preview.is_confirmed:
                move_start(cohort=cohort, starts_on=starts_on, reason=reason, by=user, at=now)
                message = f"{cohort} begins on {full_day(starts_on)}. Its groups’ plans moved with it."
                days = {"before": cohort.starts_on.isoformat(), "after": starts_on.isoformat()}
                moved = {**days, "moved_at": now.isoformat()}
                undo_url = reverse("groups:start-undo", args=[cohort.pk], query=moved)
                messages.success(request, with_undo(request, message, undo_url))
                return redirect("groups:cohort-calendar", cohort.pk)
            context["preview"] = preview
    return render(request, "groups/start_move.html", context, status=status_of(form))


@audience(Audience.COURSE_ADMIN)
@require_POST
@saved_once
def start_undo(request: HtmxRequest, cohort_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    cohort = cohort_to_administer(user, cohort_id, now)
    form = StartUndoForm(request.GET)
    with acting(request):
        if not form.is_valid():
            raise Refused("This cannot be undone.")
        kept = undo_move_of_start(cohort=cohort, by=user, at=now, **form.cleaned_data)
        messages.success(request, f"{cohort} begins on {full_day(form.cleaned_data['before'])}, as before.")
        warn_of_plans_kept(request, kept)
    return redirect("groups:cohort-calendar", cohort.pk)


def warn_of_plans_kept(request: HttpRequest, groups: Iterable[Group]) -> None:
    """Name the groups whose plans an undo has left alone."""
    if names := joined(groups):
        messages.warning(request, f"Changed since, so their plans stay as they are: {names}.")
