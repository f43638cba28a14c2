from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from lib.requests import HtmxRequest, way_back
from lib.undo import with_undo
from people.access import Audience, audience, refuse, signed_in
from people.models import User
from tracker.access.check_ins import step_to_close
from tracker.actions.steps import close_step, reopen_step
from tracker.models import AgreedStep

_WORDS = {
    AgreedStep.State.DONE: "Done: {}",
    AgreedStep.State.DROPPED: "Dropped: {}",
    AgreedStep.State.OPEN: "Open again: {}",
}


@audience(Audience.STUDENT, Audience.MENTOR, Audience.COURSE_ADMIN)
@require_POST
def step_close(request: HtmxRequest, step_id: int) -> HttpResponse:
    """Tick an agreed step off, drop it, or open it again, as the `state` that is sent says."""
    now = timezone.now()
    user = signed_in(request)
    place = step_to_close(user, step_id, now)
    if request.POST.get("state") not in AgreedStep.State.values:
        raise Http404
    state, before = AgreedStep.State(request.POST["state"]), AgreedStep.State(place.step.state)
    # What was agreed with the mentor is dropped, and taken up again, with the mentor.
    if AgreedStep.State.DROPPED in (state, before) and not place.may_drop:
        refuse(user, f"drop step {step_id}, or take it up again", is_insider=True)
    if state != before:
        step = _put(place.step, state, user, now)
        words, back = _WORDS[state].format(step.text), reverse("tracker:step-close", args=[step.pk])
        messages.success(request, with_undo(request, words, back, name="state", value=before))
    return redirect(way_back(request, reverse("tracker:group-detail", args=[place.access.group.pk])))


def _put(step: AgreedStep, state: AgreedStep.State, by: User, at: datetime) -> AgreedStep:
    if state == AgreedStep.State.OPEN:
        return reopen_step(step=step, by=by, at=at)
    return close_step(step=step, state=state, by=by, at=at)
