from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from people.access import Audience, audience, signed_in
from questions.access.questions import reader
from questions.dashboards import question_list as dashboard


@audience(Audience.PERSON)
@require_safe
def question_list(request: HttpRequest) -> HttpResponse:
    """What was asked? All questions that the person may see; nobody sees another's by the filters."""
    listed = dashboard.question_list(reader=reader(signed_in(request), timezone.now()), address=request.GET)
    return render(request, "questions/question_list.html", {"listed": listed})
