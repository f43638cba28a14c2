"""Publish a question on the page of its milestone, and take it from there: from the question's own page."""

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in
from questions.access.known_questions import question_to_publish
from questions.actions import publish, unpublish
from questions.models import Question
from questions.views.question_told import go_to, tell


@audience(Audience.COURSE_ADMIN)
@require_POST
def question_publish(request: HtmxRequest, question_id: int) -> HttpResponse:
    """Show a question and its answers to the next cohort."""
    now = timezone.now()
    user = signed_in(request)
    question = question_to_publish(user, question_id, now).question
    if publish(questions=Question.objects.filter(pk=question.pk), by=user, at=now):
        tell(
            request,
            f"“{question}” is a known question of {question.milestone} now.",
            undo_url=reverse("questions:question-unpublish", args=[question.pk]),
            link_url=reverse("questions:milestone-questions", args=[question.milestone_id]),
            link_words="See them all",
        )
    elif question.published_at is None:
        messages.error(request, f"“{question}” cannot be published yet. {question.why_not_published}")
    return go_to(request, question)


@audience(Audience.COURSE_ADMIN)
@require_POST
def question_unpublish(request: HtmxRequest, question_id: int) -> HttpResponse:
    """Show a question to the next cohort no longer, unless they look for it."""
    now = timezone.now()
    user = signed_in(request)
    question = question_to_publish(user, question_id, now).question
    if unpublish(questions=Question.objects.filter(pk=question.pk), by=user, at=now):
        undo_url = reverse("questions:question-publish", args=[question.pk])
        tell(request, f"“{question}” is no known question any more.", undo_url=undo_url)
    return go_to(request, question)
