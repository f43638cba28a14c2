from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from lib.requests import HtmxRequest, way_back
from people.access import Audience, audience, signed_in
from questions.access.questions import (
    ask_to_take_back,
    question_to_ask_again,
    question_to_edit,
)
from questions.actions import QuestionError, ask_again, take_back_ask, take_back_question
from questions.forms.questions import AskAgainForm
from questions.views.question_told import go, go_to, tell


@audience(Audience.STUDENT, Audience.MENTOR, Audience.COURSE_ADMIN)
@require_POST
def question_again(request: HtmxRequest, question_id: int) -> HttpResponse:
    """I have this question too; or, for mentors, somebody in my group has."""
    now = timezone.now()
    user = signed_in(request)
    form = AskAgainForm(request.POST)
    if not form.is_valid():
        raise Http404
    access, group = question_to_ask_again(user, question_id, form.cleaned_data["group"], now)
    try:
        ask = ask_again(question=access.question, group=group, by=user, at=now)
    except QuestionError as error:
        messages.error(request, str(error))
        return go(request, reverse("questions:question-list"))
    who = "You" if ask.enrolment_id else f"Somebody in {group}"
    tell(
        request,
        f"{who} asked “{ask.question}” too.",
        undo_url=reverse("questions:ask-take-back", args=[ask.pk]),
    )
    return go_to(request, ask.question)


@audience(Audience.STUDENT, Audience.MENTOR, Audience.COURSE_ADMIN)
@require_POST
def ask_take_back(request: HtmxRequest, ask_id: int) -> HttpResponse:
    """Take back that one asked it too."""
    now = timezone.now()
    user = signed_in(request)
    access, ask = ask_to_take_back(user, ask_id, now)
    try:
        take_back_ask(ask=ask, by=user, at=now)
    except QuestionError as error:
        messages.error(request, str(error))
    else:
        tell(request, f"Taken back: “{access.question}” is not counted as asked by you.")
    return go_to(request, access.question)


@audience(Audience.STUDENT, Audience.MENTOR, Audience.COURSE_ADMIN)
@require_POST
def question_take_back(request: HtmxRequest, question_id: int) -> HttpResponse:
    """Delete a question that nobody has answered or asked again."""
    now = timezone.now()
    user = signed_in(request)
    access = question_to_edit(user, question_id, now)
    try:
        take_back_question(question=access.question, by=user, at=now)
    except QuestionError as error:
        messages.error(request, str(error))
        return go_to(request, access.question)
    tell(request, f"“{access.question}” is taken back.")
    back = way_back(request, "")
    own_pages = reverse("questions:question-detail", args=[question_id])
    return go(request, reverse("questions:question-list") if own_pages in back or not back else back)
