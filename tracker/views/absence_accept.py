from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from groups.models import Absence
from lib.days import days_words
from lib.editing import status_of
from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in
from tracker.access.students import student_to_lead
from tracker.forms.students import AbsenceForm


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def absence_accept(request: HtmxRequest, enrolment_id: int) -> HttpResponse:
    """Accept that a student is away: their silence and absence are explained on these days."""
    now = timezone.now()
    user = signed_in(request)
    access = student_to_lead(user, enrolment_id, now)
    absence = Absence(enrolment=access.enrolment, accepted_by=user, accepted_at=now)
    form = AbsenceForm(request.POST or None, instance=absence, enrolment=access.enrolment, today=access.today)
    if request.method == "POST" and form.is_valid():
        absence = form.save()
        days = days_words(absence.starts_on, absence.ends_on, access.today)
        messages.success(request, f"Accepted that {access.enrolment.person} is away {days}.")
        return redirect("tracker:student-detail", enrolment_id)
    return render(
        request, "tracker/absence_accept.html", {"form": form, "access": access}, status=status_of(form)
    )
