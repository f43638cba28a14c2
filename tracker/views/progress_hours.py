from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in
from tracker.access.progress import milestone_of, oneself_to_mark
from tracker.actions.progress import ProgressError, note_hours
from tracker.dashboards.milestone_card import hours_words
from tracker.forms.progress import HoursForm
from tracker.views.marked import answer, tell
from tracker.views.week import week_page


@audience(Audience.STUDENT)
@require_POST
def progress_hours(request: HtmxRequest, group_id: int, milestone_id: int) -> HttpResponse:
    """Note the hours that a student spent on a milestone; what is no number of hours is said beside the field."""
    now = timezone.now()
    user = signed_in(request)
    member = oneself_to_mark(user, group_id, now)
    milestone = milestone_of(member, milestone_id)
    form = HoursForm(request.POST)
    if not form.is_valid():
        here = reverse("tracker:week", args=[group_id], query={"milestone": milestone_id})
        return week_page(request, member.access, now, page=here, hours_form=form)
    hours = form.cleaned_data["hours"]
    try:
        progress = note_hours(enrolment=member.enrolment, milestone=milestone, hours=hours, by=user, at=now)
    except ProgressError as error:
        messages.error(request, str(error))
    else:
        words = "No hours" if hours is None else f"{hours_words(hours)} h"
        tell(request, member, progress, f"{words} on {milestone} noted.")
    return answer(request, member, now)
