"""Not to expect a milestone of a student, and to expect it again: two buttons that undo each other."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from lib.requests import HtmxRequest
from lib.undo import with_undo
from people.access import Audience, audience, signed_in
from tracker.access.students import milestone_to_waive, student_to_lead
from tracker.actions.progress import ProgressError, unwaive, waive
from tracker.forms.students import WaiveForm
from tracker.models import Progress


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@require_POST
def progress_waive(request: HtmxRequest, enrolment_id: int) -> HttpResponse:
    """Expect a milestone of the student no longer."""
    words = "{milestone} is not expected of {name} any more."
    return _change(request, enrolment_id, waive, words, undo="tracker:progress-unwaive")


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@require_POST
def progress_unwaive(request: HtmxRequest, enrolment_id: int) -> HttpResponse:
    """Expect a milestone of the student again."""
    words = "{milestone} is expected of {name} again."
    return _change(request, enrolment_id, unwaive, words, undo="tracker:progress-waive")


def _change(
    request: HtmxRequest, enrolment_id: int, action: Callable[..., Progress], words: str, *, undo: str
) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    access = student_to_lead(user, enrolment_id, now)
    form = WaiveForm(request.POST)
    if not form.is_valid():
        raise Http404
    milestone = milestone_to_waive(access, form.cleaned_data["milestone"])
    try:
        action(enrolment=access.enrolment, milestone=milestone, by=user, at=now)
    except ProgressError as error:
        messages.error(request, str(error))
    else:
        told = words.format(milestone=milestone, name=access.enrolment.person.get_short_name())
        back = reverse(undo, args=[enrolment_id])
        messages.success(request, with_undo(request, told, back, name="milestone", value=milestone.pk))
    return redirect("tracker:student-detail", enrolment_id)
