from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from lib.days import day_words
from lib.editing import status_of
from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in
from tracker.access.students import student_to_lead
from tracker.actions.attention import put_aside
from tracker.forms.students import PutAsideForm


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def attention_put_aside(request: HtmxRequest, enrolment_id: int) -> HttpResponse:
    """Put the attention for a student aside until a day."""
    now = timezone.now()
    user = signed_in(request)
    access = student_to_lead(user, enrolment_id, now)
    form = PutAsideForm(request.POST or None, today=access.today)
    if request.method == "POST" and form.is_valid():
        aside = put_aside(enrolment=access.enrolment, by=user, at=now, **form.cleaned_data)
        until = day_words(aside.until_on, access.today)
        messages.success(request, f"{access.enrolment.person} is put aside until {until}.")
        return redirect("tracker:student-detail", enrolment_id)
    return render(
        request, "tracker/attention_put_aside.html", {"form": form, "access": access}, status=status_of(form)
    )
