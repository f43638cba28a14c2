"""Publish several questions of a milestone at once, or take them from its page."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from lib.ids import as_id
from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in
from tracker.access.known_questions import milestone_to_publish_on, questions_to_publish
from tracker.actions.questions import publish, unpublish
from tracker.models import Question


@audience(Audience.COURSE_ADMIN)
@require_POST
def milestone_questions_publish(request: HtmxRequest, milestone_id: int) -> HttpResponse:
    """Publish those that were chosen."""
    return _changed(request, milestone_id, publish, "published", "tracker:milestone-questions-unpublish")


@audience(Audience.COURSE_ADMIN)
@require_POST
def milestone_questions_unpublish(request: HtmxRequest, milestone_id: int) -> HttpResponse:
    """Take those that were chosen from the page."""
    return _changed(request, milestone_id, unpublish, "unpublished", "tracker:milestone-questions-publish")


def _changed(
    request: HtmxRequest, milestone_id: int, action: Callable[..., list[Question]], deed: str, undo: str
) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    access = milestone_to_publish_on(user, milestone_id, now)
    changed = action(questions=questions_to_publish(access, _chosen(request)), by=user, at=now)
    if changed:
        noun = "question is" if len(changed) == 1 else "questions are"
        context = {
            "words": f"{len(changed)} {noun} {deed}.",
            "undo_url": reverse(undo, args=[milestone_id]),
            "ids": ",".join(str(question.pk) for question in changed),
        }
        messages.success(request, render_to_string("tracker/_questions_published.html", context, request))
    else:
        messages.error(request, "Choose the questions first.")
    return redirect("tracker:milestone-questions", milestone_id)


def _chosen(request: HtmxRequest) -> list[int]:
    """The ids that were ticked, or that undoing brings back in one field."""
    words = [word for value in request.POST.getlist("questions") for word in value.split(",")]
    return [pk for pk in map(as_id, words) if pk is not None]
