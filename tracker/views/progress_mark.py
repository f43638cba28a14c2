from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in
from tracker.access.progress import member_to_mark, milestone_of
from tracker.actions.progress import ProgressError, mark
from tracker.forms.progress import MarkForm
from tracker.views.marked import answer, tell_mark


@audience(Audience.STUDENT, Audience.MENTOR, Audience.COURSE_ADMIN)
@require_POST
def progress_mark(request: HtmxRequest, group_id: int) -> HttpResponse:
    """Mark a milestone: students for themselves, who leads the group for its members."""
    now = timezone.now()
    form = MarkForm(request.POST)
    is_valid = form.is_valid()
    user = signed_in(request)
    member = member_to_mark(user, group_id, form.cleaned_data.get("enrolment", 0), now)
    if not is_valid:
        raise Http404
    milestone = milestone_of(member, form.cleaned_data["milestone"])
    try:
        progress = mark(
            enrolment=member.enrolment,
            milestone=milestone,
            state=form.cleaned_data["state"],
            by=user,
            at=now,
        )
    except ProgressError as error:
        messages.error(request, str(error))
    else:
        tell_mark(request, member, progress)
    return answer(request, member, now)
