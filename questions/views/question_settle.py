"""Say what a question waits for: one URL a button, each taking back another."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in
from questions.access.questions import question_to_edit
from questions.actions import QuestionError, mark_follow_up, reopen, settle
from questions.models import Question
from questions.views.question_told import go_to, tell

_URLS = {
    Question.Status.OPEN: "questions:question-reopen",
    Question.Status.ANSWERED: "questions:question-settle",
    Question.Status.FOLLOW_UP: "questions:question-follow-up",
}


@audience(Audience.STUDENT, Audience.MENTOR, Audience.COURSE_ADMIN)
@require_POST
def question_reopen(request: HtmxRequest, question_id: int) -> HttpResponse:
    """The answers do not do."""
    return _settled(request, question_id, reopen, "is open again")


@audience(Audience.STUDENT, Audience.MENTOR, Audience.COURSE_ADMIN)
@require_POST
def question_settle(request: HtmxRequest, question_id: int) -> HttpResponse:
    """The answers do."""
    return _settled(request, question_id, settle, "is marked as answered")


@audience(Audience.STUDENT, Audience.MENTOR, Audience.COURSE_ADMIN)
@require_POST
def question_follow_up(request: HtmxRequest, question_id: int) -> HttpResponse:
    """Somebody has to come back to it."""
    return _settled(request, question_id, mark_follow_up, "is marked for follow-up")


def _settled(
    request: HtmxRequest, question_id: int, action: Callable[..., Question], words: str
) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    before = question_to_edit(user, question_id, now).question
    try:
        question = action(question=before, by=user, at=now)
    except QuestionError as error:
        messages.error(request, str(error))
        return go_to(request, before)
    undo = _URLS.get(Question.Status(before.status)) if before.status != question.status else None
    tell(request, f"“{question}” {words}.", undo_url=reverse(undo, args=[question.pk]) if undo else "")
    return go_to(request, question)
