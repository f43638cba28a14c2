from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in
from questions.access.known_questions import milestone_to_read
from questions.dashboards.known_questions import known_questions_page
from questions.forms.questions import SearchForm


@audience(Audience.STUDENT, Audience.MENTOR, Audience.COURSE_ADMIN)
@require_safe
def milestone_questions(request: HtmxRequest, milestone_id: int) -> HttpResponse:
    access = milestone_to_read(signed_in(request), milestone_id, timezone.now())
    form = SearchForm(request.GET, label="Search the frequent questions")
    page = known_questions_page(access, request.GET, text=form.text)
    context = {"access": access, "page": page, "form": form}
    return render(request, "questions/milestone_questions.html", context)
