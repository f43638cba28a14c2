from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in
from questions.access.questions import question_to_merge
from questions.actions import QuestionError, say_not_the_same, take_back_not_the_same
from questions.forms.questions import OtherForm
from questions.views.question_told import go_to, tell


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@require_POST
def question_not_same(request: HtmxRequest, question_id: int) -> HttpResponse:
    """Say that this question and another ask different things: the pair is not offered again."""
    now = timezone.now()
    user = signed_in(request)
    question = question_to_merge(user, question_id, now).question
    other = question_to_merge(user, OtherForm.other_of(request.POST), now).question
    try:
        say_not_the_same(question=question, other=other, by=user, at=now)
    except QuestionError as error:
        messages.error(request, str(error))
        return go_to(request, question)
    tell(
        request,
        f"“{other}” is not the same as this one. They are not offered together again.",
        undo_url=reverse("questions:question-not-same-undo", args=[question.pk, other.pk]),
        next_url=question.get_absolute_url(),
    )
    return go_to(request, question)


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@require_POST
def question_not_same_undo(request: HtmxRequest, question_id: int, other_id: int) -> HttpResponse:
    """Let the two count as perhaps the same again."""
    now = timezone.now()
    user = signed_in(request)
    question = question_to_merge(user, question_id, now).question
    other = question_to_merge(user, other_id, now).question
    take_back_not_the_same(question=question, other=other, at=now)
    tell(request, f"“{other}” may be the same as this one again.")
    return go_to(request, question)
