from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from groups.access import group_to_lead
from groups.actions.inviting import invite_again
from lib.refusals import acting
from lib.requests import HtmxRequest, way_back
from lib.text import joined
from people.access import Audience, audience, signed_in
from people.saved_once import saved_once


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@require_POST
@saved_once
def group_invite_again(request: HtmxRequest, group_id: int) -> HttpResponse:
    """Mail a new invitation to those of a group who were invited and have not signed in."""
    now = timezone.now()
    user = signed_in(request)
    group = group_to_lead(user, group_id, now).group
    with acting(request):
        invited = invite_again(group=group, by=user, at=now)
        names = joined(person.get_short_name() for person in invited)
        said = f"{names} {'is' if len(invited) == 1 else 'are'} invited again." if names else ""
        messages.success(request, said or "Nobody’s invitation could be sent again.")
    return redirect(way_back(request, f"{reverse('tracker:my-groups')}#group-{group_id}"))
