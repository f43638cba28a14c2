from datetime import datetime
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from groups.access import group_to_lead
from lib.editing import status_of
from lib.weeks import Week
from people.access import Audience, audience, signed_in
from people.models import User
from questions.actions import QuestionError
from tracker.access.check_ins import WeekToLog, locked_week_to_log, week_to_log
from tracker.actions.check_ins import CheckInError, log_check_in
from tracker.dashboards.check_in_log import check_in_forms, check_in_page
from tracker.forms.check_in import CheckInForms
from tracker.models import CheckIn


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@require_safe
def check_in_now(request: HttpRequest, group_id: int) -> HttpResponse:
    """Lead to this week's check-in."""
    access = group_to_lead(signed_in(request), group_id, timezone.now())
    return redirect("tracker:check-in-log", group_id, Week.of(access.today).iso)


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def check_in_log(request: HttpRequest, group_id: int, week_iso: str) -> HttpResponse:
    """Log the check-in of a week, or change what was logged. "Add a line" only gives the form back."""
    now = timezone.now()
    user = signed_in(request)
    if request.method == "POST" and "add-line" not in request.POST:
        place, forms, saved = _save(user, group_id, week_iso, request.POST, now)
        if saved is not None:
            messages.success(request, f"Check-in of {place.access.group} saved")
            return redirect(_after(place, saved))
        page = check_in_page(user, place, now, forms=forms)
    else:
        place = week_to_log(user, group_id, week_iso, now)
        page = check_in_page(user, place, now, typed=dict(request.POST.lists()))
    # The moment of a conflict is told in the time of the cohort.
    with timezone.override(ZoneInfo(page.group.cohort.time_zone)):
        status = 409 if page.refusal else status_of(page.forms)
        return render(request, "tracker/check_in_log.html", {"page": page}, status=status)


def _save(
    user: User, group_id: int, week_iso: str, data: QueryDict, now: datetime
) -> tuple[WeekToLog, CheckInForms, CheckIn | None]:
    """Save what was sent if it is right, and nobody has saved something else meanwhile; all of it or nothing."""
    try:
        with transaction.atomic():
            place, this_week = locked_week_to_log(user, group_id, week_iso, now)
            forms = check_in_forms(user, this_week, place, now, data=data)
            if this_week.refusal(place.access.today) or not forms.is_valid():
                return place, forms, None
            saved = log_check_in(
                place=this_week, words=forms.words(), logged_as=place.logged_as, by=user, at=now
            )
    except (CheckInError, QuestionError) as error:
        forms.non_field_errors.append(str(error))
        return place, forms, None
    return place, forms, saved


def _after(place: WeekToLog, check_in: CheckIn) -> str:
    """Back to the mentor's groups, where the next one waits; a course admin reads what was logged."""
    if place.access.mentors is None:
        return check_in.get_absolute_url()
    return reverse("tracker:my-groups", fragment=f"group-{place.access.group.pk}")
