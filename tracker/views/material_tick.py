from django.contrib import messages
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from lib.requests import HtmxRequest
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
    change, words = (
        (tick, "ticked off") if request.POST.get("ticked") else (untick, "not ticked off any more")
    )
    try:
        change(enrolment=member.enrolment, material=material, at=now)
    except ProgressError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{material} is {words}.")
    return answer(request, member, now)
