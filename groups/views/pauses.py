from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from courses.forms.cohort import PauseForm
from courses.models import Pause
from groups.access import cohort_to_administer, refuse_if_closed, to_administer
from groups.actions.due_dates import add_pause, moved_by_pause, remove_pause
from groups.dashboards.calendar import moved_groups
from groups.views.cohorts import warn_of_plans_kept
from lib.editing import status_of
from lib.ids import as_id
from lib.refusals import acting
from lib.requests import HtmxRequest
from lib.text import counted
from lib.undo import with_undo
from people.access import Audience, audience, signed_in
from people.previews import previewed
from people.saved_once import saved_once

# Groups that are ticked one by one; those after them are ticked together.
_LISTED = 200


@audience(Audience.COURSE_ADMIN)
@require_POST
@saved_once
def pause_add(request: HtmxRequest, cohort_id: int) -> HttpResponse:
    """Add a pause. If it would move due dates, the page first shows which, and asks for which groups."""
    now = timezone.now()
    user = signed_in(request)
    cohort = cohort_to_administer(user, cohort_id, now)
    refuse_if_closed(user, cohort, now)
    form = PauseForm(request.POST)
    context = {"cohort": cohort, "form": form}
    if form.is_valid():
        starts_on, ends_on = form.cleaned_data["starts_on"], form.cleaned_data["ends_on"]
        ticked = {as_id(text) for text in request.POST.getlist("group")}
        with acting(request, form, field="starts_on"):
            moving = moved_by_pause(cohort, starts_on, ends_on)
            listed = moved_groups(cohort, moving, cohort.today(now))
            preview = previewed(request, [starts_on, ends_on, listed])
            moved = [group.pk for group, _ in listed]
            rest = set(moved[_LISTED:])
            # All are ticked before the first preview.
            if not preview.seen:
                ticked = set(moved)
            elif "rest" in request.POST:
                ticked |= rest
            groups = [pk for pk in moved if pk in ticked]
            if not moved or preview.is_confirmed:
                pause = add_pause(cohort=cohort, **form.cleaned_data, groups=groups, by=user, at=now)
                what = _groups(len(groups), "moved")
                undo_url = reverse("groups:pause-remove", args=[pause.pk])
                messages.success(request, with_undo(request, f"Added “{pause}”: {what}.", undo_url))
                return redirect("groups:cohort-calendar", cohort.pk)
            context |= {
                "preview": preview,
                "groups": listed[:_LISTED],
                "ticked": ticked,
                "rest_count": len(rest),
                "has_rest": rest <= ticked,
            }
    return render(request, "groups/pause_add.html", context, status=status_of(form))


@audience(Audience.COURSE_ADMIN)
@require_POST
@saved_once
def pause_remove(request: HtmxRequest, pause_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    pause = to_administer(user, Pause, pause_id, now)
    count = pause.plan_changes.filter(undone_at=None).count()
    with acting(request):
        kept = remove_pause(pause=pause, by=user, at=now)
        messages.success(request, f"Removed “{pause}”: {_groups(count - len(kept), 'moved back')}.")
        warn_of_plans_kept(request, kept)
    return redirect("groups:cohort-calendar", pause.cohort_id)


def _groups(count: int, what: str) -> str:
    if not count:
        return "existing plans keep their dates"
    return f"the dates of {counted(count, 'group')} {what}"
