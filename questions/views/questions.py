"""The list of questions, and one question: read, edit, settle, publish, take back."""

from collections.abc import Callable
from contextlib import nullcontext

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lib.editing import status_of
from lib.requests import HtmxRequest, way_back
from people.access import Audience, audience, signed_in
from questions.access.known_questions import question_to_publish
from questions.access.questions import (
    QuestionAccess,
    question_to_edit,
    question_to_read,
    reader,
)
from questions.actions import (
    QuestionError,
    mark_follow_up,
    publish,
    reopen,
    settle,
    take_back_question,
    unpublish,
)
from questions.dashboards import question_detail as detail
from questions.dashboards import question_list as listing
from questions.dashboards.question_similar import twins
from questions.forms.questions import AnswerForm, QuestionForm, refused
from questions.models import Question
from questions.views.question_told import go, go_to, tell, unpublished_words


@audience(Audience.PERSON)
@require_safe
def question_list(request: HttpRequest) -> HttpResponse:
    """What was asked? All questions that the person may see; nobody sees another's by the filters."""
    listed = listing.question_list(reader=reader(signed_in(request), timezone.now()), address=request.GET)
    return render(request, "questions/question_list.html", {"listed": listed})


@audience(Audience.STUDENT, Audience.MENTOR, Audience.COURSE_ADMIN)
@require_safe
def question_detail(request: HtmxRequest, question_id: int) -> HttpResponse:
    """A question with its answers, and what this person may do with it."""
    access = question_to_read(signed_in(request), question_id, timezone.now())
    return question_page(request, access, AnswerForm())


def question_page(
    request: HtmxRequest, access: QuestionAccess, form: AnswerForm, *, status: int = 200
) -> HttpResponse:
    context = {"question": detail.question_detail(access), "form": form, "twins": twins(access)}
    return render(request, "questions/question_detail.html", context, status=status)


@audience(Audience.STUDENT, Audience.MENTOR, Audience.COURSE_ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def question_edit(request: HtmxRequest, question_id: int) -> HttpResponse:
    """Edit a question: its asker all of it, who leads the group all but who sees it."""
    now = timezone.now()
    user = signed_in(request)
    is_saving = request.method == "POST"
    with transaction.atomic() if is_saving else nullcontext():
        access = question_to_edit(user, question_id, now, is_locked=is_saving)
        title, was_known = access.question.title, access.question.published_at is not None
        form = QuestionForm(
            request.POST or None, instance=access.question, may_choose_readers=access.may_choose_readers
        )
        if form.is_valid():
            try:
                form.save_by(by=user, at=now)
            except QuestionError as error:
                refused(form, error)
            else:
                more = unpublished_words(was_known=was_known, question=access.question)
                tell(request, f"“{access.question}” is saved.{more}")
                return go_to(request, access.question)
    context = {"form": form, "title": title, "url": access.question.get_absolute_url()}
    return render(request, "questions/question_edit.html", context, status=status_of(form))


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
