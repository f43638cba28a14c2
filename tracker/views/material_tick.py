from django.contrib import messages
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from lib.requests import HtmxRequest
from lib.undo import with_undo
from people.access import Audience, audience, signed_in
from tracker.access.progress import material_of, oneself_to_mark
from tracker.actions.progress import ProgressError, tick, untick
from tracker.views.marked import answer


@audience(Audience.STUDENT)
@require_POST
def material_tick(request: HtmxRequest, group_id: int, material_id: int) -> HttpResponse:
    """Tick a material off, or take the tick away, as the box sent says."""
    now = timezone.now()
    member = oneself_to_mark(signed_in(request), group_id, now)
    material = material_of(member, material_id)
    is_ticked = bool(request.POST.get("ticked"))
    change = tick if is_ticked else untick
    try:
        change(enrolment=member.enrolment, material=material, at=now)
    except ProgressError as error:
        messages.error(request, str(error))
    else:
        words = f"{material} is {'ticked off' if is_ticked else 'not ticked off any more'}."
        # The way back: the same address, with the box as it was before.
        before = "" if is_ticked else "ticked"
        messages.success(request, with_undo(request, words, request.path, name=before, value="yes"))
    return answer(request, member, now)
