from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from groups.access import group_to_read
from lib.requests import HtmxRequest, way_back
from people.access import Audience, audience, signed_in
from tracker.access.progress import milestone_in
from tracker.actions.known_questions import close_known_questions, see_known_questions


@audience(Audience.STUDENT, Audience.MENTOR, Audience.COURSE_ADMIN)
@require_POST
def known_questions_seen(request: HtmxRequest, group_id: int, milestone_id: int) -> HttpResponse:
    """Keep that the reader was shown what is asked most at a milestone; the page says so by itself."""
    user = signed_in(request)
    group = group_to_read(user, group_id, timezone.now()).group
    see_known_questions(milestone=milestone_in(group, milestone_id), by=user)
    return HttpResponse(status=204)


@audience(Audience.STUDENT, Audience.MENTOR, Audience.COURSE_ADMIN)
@require_POST
def known_questions_close(request: HtmxRequest, group_id: int, milestone_id: int) -> HttpResponse:
    """Show the reader no more what is asked most at a milestone that a group has come to."""
    now, user = timezone.now(), signed_in(request)
    group = group_to_read(user, group_id, now).group
    close_known_questions(milestone=milestone_in(group, milestone_id), by=user, at=now)
    return redirect(way_back(request, group.get_absolute_url()))
