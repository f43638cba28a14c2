from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in
from tracker.access.students import put_aside_to_end
from tracker.actions.attention import end_put_aside


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@require_POST
def attention_end_put_aside(request: HtmxRequest, enrolment_id: int, put_aside_id: int) -> HttpResponse:
    """Let the attention for a student count again before its day."""
    now = timezone.now()
    user = signed_in(request)
    access, aside = put_aside_to_end(user, enrolment_id, put_aside_id, now)
    end_put_aside(aside=aside, by=user, at=now)
    messages.success(request, f"{access.enrolment.person} is not put aside any more.")
    return redirect("tracker:student-detail", enrolment_id)
