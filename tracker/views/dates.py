from datetime import datetime

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from groups.access import GroupAccess, group_to_lead, group_to_plan
from groups.actions.dates import DatesError, agree_to_dates, drop_dates, propose_dates
from groups.models import DatesProposal
from lib.requests import HtmxRequest
from lib.undo import with_undo
from people.access import Audience, audience, refuse, signed_in
from people.models import User
from people.saved_once import saved_once
from tracker.dashboards.dates import GroupDatesPage, group_dates_page
from tracker.dashboards.group_overviews import group_overview


@audience(Audience.STUDENT, Audience.MENTOR, Audience.COURSE_ADMIN)
@require_safe
def group_dates(request: HtmxRequest, group_id: int) -> HttpResponse:
    now, user = timezone.now(), signed_in(request)
    access = group_to_plan(user, group_id, now)
    context = {
        "page": _page(access, user, now),
        "group": access.group,
        "may_lead": access.may_lead,
        "is_course_admin": access.is_course_admin,
    }
    return render(request, "tracker/group_dates.html", context)


@audience(Audience.STUDENT, Audience.MENTOR, Audience.COURSE_ADMIN)
@require_POST
@saved_once
def dates_propose(request: HtmxRequest, group_id: int) -> HttpResponse:
    now, user = timezone.now(), signed_in(request)
    access = group_to_plan(user, group_id, now)
    try:
        _proposed(request, access, user, now)
    except DatesError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Proposed. The dates change when a mentor agrees.")
    return redirect("tracker:group-dates", group_id)


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@require_POST
@saved_once
def dates_agree(request: HtmxRequest, group_id: int) -> HttpResponse:
    """Agree to the proposal that was shown; where nobody proposed, to the dates that were, which proposes them."""
    now, user = timezone.now(), signed_in(request)
    access = group_to_lead(user, group_id, now)
    try:
        with transaction.atomic():
            proposal = agree_to_dates(proposal=_proposed(request, access, user, now), by=user, at=now)
    except DatesError as error:
        messages.error(request, str(error))
    else:
        message = f"The plan of {access.group} has the dates it can keep. What was promised stays visible."
        undo_url = reverse("groups:plan-change-undo", args=[proposal.change_id])
        messages.success(request, with_undo(request, message, undo_url))
    return redirect("tracker:group-dates", group_id)


@audience(Audience.STUDENT, Audience.MENTOR, Audience.COURSE_ADMIN)
@require_POST
@saved_once
def dates_drop(request: HtmxRequest, group_id: int) -> HttpResponse:
    now, user = timezone.now(), signed_in(request)
    access = group_to_plan(user, group_id, now)
    page = _page(access, user, now)
    if page.proposal is None:
        messages.error(request, "These dates were decided already.")
        return redirect("tracker:group-dates", group_id)
    if not page.may_drop:
        refuse(user, f"drop the dates proposed for group {group_id}", is_insider=True)
    try:
        drop_dates(proposal=page.proposal, by=user, at=now)
    except DatesError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "The proposal is dropped. The plan stays as it is.")
    return redirect("tracker:group-dates", group_id)


def _page(access: GroupAccess, user: User, now: datetime) -> GroupDatesPage:
    return group_dates_page(access, user, group_overview(access.group, now=now, reader=None))


def _proposed(request: HtmxRequest, access: GroupAccess, user: User, now: datetime) -> DatesProposal:
    """Return the proposal with the days that were shown, which is made if there is none.

    Raises:
        DatesError: there are other days to propose now.
    """
    page = _page(access, user, now)
    if not page.days or page.shown != request.POST.get("shown"):
        raise DatesError("The dates have changed since you looked. Here they are as of now.")
    return page.proposal or propose_dates(
        group=access.group, days=page.days, basis=page.basis, by=user, at=now
    )
