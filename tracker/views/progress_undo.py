from django.contrib import messages
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in
from tracker.access.progress import progress_to_mark
from tracker.actions.progress import ProgressError, undo_change
from tracker.views.marked import answer, state_words


@audience(Audience.STUDENT, Audience.MENTOR, Audience.COURSE_ADMIN)
@require_POST
def progress_undo(request: HtmxRequest, group_id: int, progress_id: int, change_id: int) -> HttpResponse:
    """Take back the last change of a mark or of hours."""
    now = timezone.now()
    user = signed_in(request)
    member, progress = progress_to_mark(user, group_id, progress_id, now)
    try:
        progress = undo_change(progress=progress, change_id=change_id, by=user, at=now)
    except ProgressError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"Taken back. {state_words(member, progress)}")
    return answer(request, member, now)
