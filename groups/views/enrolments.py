from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from groups.access import own_enrolment, refuse_if_archived
from groups.actions.enrolment import note_would_mentor
from lib.refusals import acting
from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in


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
