from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in
from questions.access.questions import group_to_ask_in, reader
from questions.dashboards.question_suggestions import suggestions
from questions.forms.questions import TypedForm


@audience(Audience.STUDENT, Audience.MENTOR, Audience.COURSE_ADMIN)
@require_safe
def question_similar(request: HtmxRequest, group_id: int) -> HttpResponse:
    """Offer what was asked before, with its answers, under the line in which a question is being typed."""
    now = timezone.now()
    user = signed_in(request)
    access = group_to_ask_in(user, group_id, now)
    typed = TypedForm(request.GET).typed()
    offered = suggestions(reader=reader(user, now), asked=typed, course_id=access.group.cohort.course_id)
    context = {
        "similar": offered,
        "group": access.group,
        "is_for_oneself": access.studies is not None,
        "reads": "reads" in request.GET,
    }
    return render(request, "questions/_question_suggestions.html", context)
