from contextlib import nullcontext
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from lib.editing import VersionedForm, status_of
from lib.refusals import acting
from lib.requests import HtmxRequest, form_page, way_back
from lib.text import ended_once
from lib.undo import with_undo
from people.access import Audience, audience, signed_in
from questions.access.known_questions import question_to_publish
from questions.access.questions import (
    QuestionAccess,
    question_to_edit,
    question_to_read,
    reader,
)
from questions.actions import change_status, publish, remove_question, undo_publish
from questions.dashboards import question_detail as detail
from questions.dashboards import question_list as listing
from questions.dashboards.question_similar import likely_duplicates
from questions.forms.needs import NeedForm
from questions.forms.pictures import saved_with_pictures, with_pictures
from questions.forms.questions import AnswerForm, QuestionForm
from questions.models import Question
from questions.views.pictures import pictures_first


@audience(Audience.PERSON)
@require_safe
def question_list(request: HttpRequest) -> HttpResponse:
    """Filters narrow what the person may see; they never widen it."""
    listed = listing.question_list(reader=reader(signed_in(request), timezone.now()), address=request.GET)
    return render(request, "questions/question_list.html", {"listed": listed})


@audience(Audience.STUDENT, Audience.MENTOR, Audience.COURSE_ADMIN)
@require_safe
def question_detail(request: HtmxRequest, question_id: int) -> HttpResponse:
    access = question_to_read(signed_in(request), question_id, timezone.now())
    return question_page(request, access, AnswerForm())


def question_page(
    request: HtmxRequest, access: QuestionAccess, form: AnswerForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "question": access.question,
        "access": access,
        "shown": detail.question_detail(access, request.GET),
        "form": form,
        "need_form": NeedForm(),
        "likely_duplicates": likely_duplicates(access),
    }
    return render(request, "questions/question_detail.html", context, status=status)


@audience(Audience.STUDENT, Audience.MENTOR, Audience.COURSE_ADMIN)
@form_page
@saved_with_pictures("detail")
def question_edit(request: HtmxRequest, question_id: int) -> HttpResponse:
    """Those who lead the group may not change who sees a student's question."""
    now = timezone.now()
    user = signed_in(request)
    is_saving = request.method == "POST"
    with transaction.atomic() if is_saving else nullcontext():
        access = question_to_edit(user, question_id, now, is_locked=is_saving)
        title, was_known = access.question.title, access.question.published_at is not None
        choosing = access.may_choose_readers
        # Another milestone chosen loads its materials.
        chosen = {name: request.GET[name] for name in ("milestone",) if name in request.GET}
        form = with_pictures(
            request,
            "detail",
            lambda posted: QuestionForm(
                posted, instance=access.question, may_choose_readers=choosing, initial=chosen
            ),
        )
        if form.is_valid():
            with acting(request, form):
                form.save_by(by=user, at=now)
                notice = unpublished_notice(was_known=was_known, question=access.question)
                messages.success(request, f"“{access.question}” is saved.{notice}")
                return redirect(access.question)
    return edit_page(request, access.question, form, "Edit the question", title)


def edit_page(
    request: HtmxRequest, question: Question, form: VersionedForm[Any], heading: str, title: str = ""
) -> HttpResponse:
    """The form of a question, or of an answer to it. `title`: as it was before the form changed it."""
    context = {
        "form": form,
        "heading": heading,
        "title": title or question.title,
        "url": question.get_absolute_url(),
    }
    return render(request, "questions/question_edit.html", context, status=status_of(form))


def unpublished_notice(*, was_known: bool, question: Question) -> str:
    return " It is no longer published." if was_known and question.published_at is None else ""


# For each status: what the message says, and the URL that sets it.
_STATUS_CHANGES: dict[str, tuple[str, str]] = {
    Question.Status.OPEN: ("is open again", "questions:question-reopen"),
    Question.Status.ANSWERED: ("is marked as answered", "questions:question-settle"),
    Question.Status.FOLLOW_UP: ("is marked for follow-up", "questions:question-follow-up"),
    Question.Status.CLOSED: ("is closed", "questions:question-close"),
}


@audience(Audience.STUDENT, Audience.MENTOR, Audience.COURSE_ADMIN)
@require_POST
def question_status(request: HtmxRequest, question_id: int, status: str) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    before = question_to_edit(user, question_id, now).question
    with acting(request):
        question = change_status(question=before, status=status, by=user, at=now)
        message: str = f"“{question}” {_STATUS_CHANGES[question.status][0]}."
        if before.status != question.status and before.status in _STATUS_CHANGES:
            undo_url = reverse(_STATUS_CHANGES[before.status][1], args=[question.pk])
            message = with_undo(request, message, undo_url)
        messages.success(request, message)
    return redirect(way_back(request, before.get_absolute_url()))


@audience(Audience.COURSE_ADMIN)
@require_POST
def question_publish(request: HtmxRequest, question_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    access = question_to_publish(user, question_id, now)
    question = access.question
    back = way_back(request, question.get_absolute_url())
    if access.may_publish and (page := pictures_first(request, question, back=back)):
        return page
    was_published = question.published_at is not None
    with acting(request):
        question = publish(question=question, by=user, at=now)
        if was_published:
            messages.success(request, f"All answers of “{question}” are published.")
        else:
            told = ended_once(f"“{question}” is published as a frequent question of {question.milestone}.")
            undo_url = reverse("questions:question-publish-undo", args=[question.pk])
            messages.success(request, with_undo(request, told, undo_url))
    return redirect(back)


@audience(Audience.COURSE_ADMIN)
@require_POST
def question_publish_undo(request: HtmxRequest, question_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    question = question_to_publish(user, question_id, now).question
    with acting(request):
        undo_publish(question=question, by=user, at=now)
        undo_url = reverse("questions:question-publish", args=[question_id])
        messages.success(request, with_undo(request, f"“{question}” is no longer published.", undo_url))
    return redirect(question)


@audience(Audience.STUDENT, Audience.MENTOR, Audience.COURSE_ADMIN)
@require_POST
def question_remove(request: HtmxRequest, question_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    access = question_to_edit(user, question_id, now)
    with acting(request):
        remove_question(question=access.question, by=user, at=now)
        messages.success(request, f"“{access.question}” is removed.")
        back = way_back(request, "")
        own_pages = reverse("questions:question-detail", args=[question_id])
        return redirect(reverse("questions:question-list") if own_pages in back or not back else back)
    return redirect(access.question)
