from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from groups.access import own_enrolment, refuse_if_archived, to_administer
from groups.actions.enrolment import note_would_mentor
from groups.actions.moving import END, LEAVE, MOVE, RETURN, SWAP, make_moves, only
from groups.dashboards.invitations import invitation_state, with_invitations
from groups.dashboards.moving import last_moves, preview_of
from groups.forms.moving import MoveForm
from groups.models import Enrolment, Group, Membership, Move
from groups.views.moves import move_page
from lib.refusals import acting
from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in
from people.saved_once import saved_once

# The deeds for a student, each with its button.
_BUTTONS = {
    MOVE: "Move",
    SWAP: "Swap",
    LEAVE: "Remove from the group",
    END: "End the enrolment",
    RETURN: "Let them come back",
}


@audience(Audience.COURSE_ADMIN)
@require_safe
def enrolment_detail(request: HtmxRequest, enrolment_id: int) -> HttpResponse:
    now = timezone.now()
    enrolment = to_administer(signed_in(request), Enrolment, enrolment_id, now)
    return render(request, "groups/enrolment_detail.html", _context(request, enrolment, now))


def _context(request: HtmxRequest, enrolment: Enrolment, now: datetime) -> dict[str, Any]:
    """The reason of a move is hidden from the student and from the other one of a swap, who may be a course admin."""
    stays = list(enrolment.memberships.select_related("group").order_by("-started_on", "-pk"))
    records = Membership.history.filter(enrolment=enrolment.pk).exclude(history_change_reason=None)
    last = records.order_by("history_date", "history_id").values_list("id", "history_change_reason")
    own = Membership.history.filter(enrolment__person=request.user).exclude(history_change_reason=None)
    known = dict(last.exclude(history_change_reason__in=own.values("history_change_reason")))
    # That the end of a stay was undone is no reason for the stay.
    why = {pk: reason for pk, reason in known.items() if reason != "undone"}
    current = next((stay.group for stay in stays if stay.ended_on is None), None)
    today = enrolment.cohort.today(now)
    last_held, undone = last_moves(enrolment, now)
    prefetch_related_objects([enrolment], with_invitations("person__invitations"))
    return {
        "cohort": enrolment.cohort,
        "enrolment": enrolment,
        "current": current,
        "leaving": next((stay for stay in stays if stay.ended_on and stay.ended_on > today), None),
        "today": today,
        "stays": [(stay, why.get(stay.pk, "")) for stay in stays],
        "invitation": invitation_state(enrolment.person, now),
        "last": last_held,
        "undone": undone,
        **{f"{deed}_form": _form(deed, enrolment, current, now) for deed in _BUTTONS},
    }


def _form(
    deed: str, enrolment: Enrolment, current: Group | None, now: datetime, data: Any = None
) -> MoveForm:
    cohort = enrolment.cohort
    return MoveForm(
        data, deed=deed, cohort=cohort, today=cohort.today(now), enrolment=enrolment, current=current
    )


@audience(Audience.COURSE_ADMIN)
@require_POST
@saved_once
def enrolment_change(request: HtmxRequest, enrolment_id: int, deed: str) -> HttpResponse:
    """Show what a move would do; make it when it is sent again as it was shown."""
    now = timezone.now()
    user = signed_in(request)
    enrolment = to_administer(user, Enrolment, enrolment_id, now)
    stay = enrolment.memberships.filter(ended_on=None).select_related("group").first()
    form = _form(deed, enrolment, stay.group if stay else None, now, request.POST)

    def make() -> Move:
        moved = make_moves(deed=deed, enrolments=[enrolment], data=form.cleaned_data, by=user, at=now)
        return only(moved)

    if form.is_valid():
        with acting(request, form):
            return move_page(
                request,
                preview_of(make, enrolment, enrolment.cohort.today(now)),
                make,
                cohort=enrolment.cohort,
                form=form,
                back=reverse("groups:enrolment-detail", args=[enrolment.pk]),
                submit_label=_BUTTONS[deed],
            )
    context = _context(request, enrolment, now) | {f"{deed}_form": form}
    return render(request, "groups/enrolment_detail.html", context, status=422)


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
