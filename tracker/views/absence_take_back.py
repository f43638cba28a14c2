from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from lib.days import days_words
from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in
from tracker.access.students import absence_to_take_back


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@require_POST
def absence_take_back(request: HtmxRequest, enrolment_id: int, absence_id: int) -> HttpResponse:
    """Take an accepted absence back, as if it had not been."""
    access, absence = absence_to_take_back(signed_in(request), enrolment_id, absence_id, timezone.now())
    absence.delete()
    days = days_words(absence.starts_on, absence.ends_on, access.today)
    messages.success(request, f"The absence of {access.enrolment.person} {days} is taken back.")
    return redirect("tracker:student-detail", enrolment_id)
