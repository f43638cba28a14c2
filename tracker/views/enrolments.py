from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from courses.models import Cohort
from groups.access import cohort_to_administer, refuse_if_closed, to_administer
from groups.actions.enrolment import enrol, join_group
from groups.actions.inviting import mailed, person_of
from groups.actions.moving import END, LEAVE, MOVE, RETURN, SWAP, make_moves, only
from groups.dashboards.invitations import invitation_state, with_invitations
from groups.forms.people import EnrolForm
from groups.models import Enrolment, Group, Membership, Move
from lib.editing import status_of
from lib.refusals import Refused, acting
from lib.requests import HtmxRequest, form_page
from people.access import Audience, audience, signed_in
from people.models import Invitation, User
from people.previews import previewed, rolled_back
from people.saved_once import saved_once
from tracker.dashboards.moving import apart, last_moves
from tracker.forms.moving import MoveForm
from tracker.joining import joining_day
from tracker.views.moves import move_page

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
    return render(request, "tracker/enrolment_detail.html", _context(request, enrolment, now))


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
        "is_over": enrolment.cohort.is_closed(today),
        "enrolment": enrolment,
        "current": current,
        "leaving": next((stay for stay in stays if stay.ended_on and not stay.has_ended(today)), None),
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
    stay = enrolment.memberships.without_end().select_related("group").first()
    form = _form(deed, enrolment, stay.group if stay else None, now, request.POST)

    def make() -> Move:
        moved = make_moves(deed=deed, enrolments=[enrolment], data=form.cleaned_data, by=user, at=now)
        return only(moved)

    if form.is_valid():
        with acting(request, form):
            return move_page(
                request,
                make,
                cohort=enrolment.cohort,
                today=enrolment.cohort.today(now),
                form=form,
                back=reverse("tracker:enrolment-detail", args=[enrolment.pk]),
                submit_label=_BUTTONS[deed],
            )
    context = _context(request, enrolment, now) | {f"{deed}_form": form}
    return render(request, "tracker/enrolment_detail.html", context, status=422)


@audience(Audience.COURSE_ADMIN)
@form_page
@saved_once
def enrol_person(request: HtmxRequest, cohort_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    cohort = cohort_to_administer(user, cohort_id, now)
    refuse_if_closed(user, cohort, now)
    today = cohort.today(now)
    form = EnrolForm(request.POST or None, cohort=cohort, today=today, proposed=joining_day(cohort, today))
    context: dict[str, Any] = {"cohort": cohort, "form": form}
    if request.method == "POST" and form.is_valid():
        data, group = form.cleaned_data, form.cleaned_data["group"]
        with acting(request, form):
            shown: list[str] = []
            if group is not None:
                with rolled_back():
                    shown = apart(_enrolled(data, cohort, user, now)[0])
            preview = previewed(request, shown)
            if not shown or preview.is_confirmed:
                with transaction.atomic():
                    enrolment, invitation = _enrolled(data, cohort, user, now)
                    person = enrolment.person
                    message = (
                        f"{person} is now in {group}." if group else f"{person} is enrolled in {cohort}."
                    )
                    sent = mailed(invitation, at=now) if invitation else ""
                messages.success(request, f"{message} {sent}".strip())
                return redirect("tracker:enrol", cohort.pk)
            context["preview"] = preview
    return render(request, "tracker/enrol.html", context, status=status_of(form))


def _enrolled(
    data: Mapping[str, Any], cohort: Cohort, by: User, at: datetime
) -> tuple[Enrolment, Invitation | None]:
    person, invitation = person_of(email=data["email"], name=data["name"], by=by, at=at)
    since, group = data["started_on"], data["group"]
    enrolment = enrol(person=person, cohort=cohort, started_on=since, by=by, at=at)
    if group is not None:
        others = enrolment.memberships.without_end().exclude(group=group)
        if stay := others.select_related("group").first():
            raise Refused(f"{person} is in {stay.group} already. Move them from their own page.")
        join_group(enrolment=enrolment, group=group, on=since, by=by, at=at)
    return enrolment, invitation
