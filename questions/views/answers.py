from contextlib import nullcontext

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from lib.refusals import acting
from lib.requests import HtmxRequest, form_page
from lib.undo import with_undo
from people.access import Audience, audience, signed_in
from questions.access.answers import answer_to_edit, answer_to_remove, question_of_removed_answer
from questions.access.questions import question_to_answer
from questions.actions import answer, remove_answer, restore_answer
from questions.dashboards.question_detail import answer_url
from questions.forms.pictures import saved_with_pictures, with_pictures
from questions.forms.questions import AnswerForm
from questions.views.questions import edit_page, question_page, unpublished_notice


@audience(Audience.STUDENT, Audience.MENTOR, Audience.COURSE_ADMIN)
@require_POST
@saved_with_pictures("body")
def question_answer(request: HtmxRequest, question_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    access = question_to_answer(user, question_id, now)
    form = with_pictures(request, "body", lambda posted: AnswerForm(posted or request.POST))
    if form.is_valid():
        studies = access.reader.studies_beside(access.question)
        enrolment_id = studies.enrolment_id if studies else None
        with acting(request, form):
            saved = answer(
                question=access.question,
                by=user,
                at=now,
                body=form.cleaned_data["body"],
                enrolment_id=enrolment_id,
            )
            messages.success(request, f"“{access.question}” is answered.")
            return redirect(answer_url(saved))
    return question_page(request, access, form, status=422)


@audience(Audience.STUDENT, Audience.MENTOR, Audience.COURSE_ADMIN)
@form_page
@saved_with_pictures("body")
def answer_edit(request: HtmxRequest, answer_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    is_saving = request.method == "POST"
    with transaction.atomic() if is_saving else nullcontext():
        access, answer = answer_to_edit(user, answer_id, now, is_locked=is_saving)
        form = with_pictures(request, "body", lambda posted: AnswerForm(posted, instance=answer))
        if form.is_valid():
            with acting(request, form):
                form.save_by(by=user, at=now)
                messages.success(request, f"Your answer to “{access.question}” is saved.")
                return redirect(answer_url(answer))
    return edit_page(request, access.question, form, "Edit your answer")


@audience(Audience.STUDENT, Audience.MENTOR, Audience.COURSE_ADMIN)
@require_POST
def answer_remove(request: HtmxRequest, answer_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    access, answer = answer_to_remove(user, answer_id, now)
    with acting(request):
        question = remove_answer(answer=answer, by=user, at=now)
        text = f"The answer to “{question}” is removed."
        if question.status == question.Status.OPEN and access.question.status != question.status:
            text += " The question is open again."
        text += unpublished_notice(was_known=access.question.published_at is not None, question=question)
        undo_url = reverse("questions:answer-restore", args=[question.pk, answer_id])
        messages.success(request, with_undo(request, text, undo_url))
    return redirect(access.question)


@audience(Audience.STUDENT, Audience.MENTOR, Audience.COURSE_ADMIN)
@require_POST
def answer_restore(request: HtmxRequest, question_id: int, answer_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    access = question_of_removed_answer(user, question_id, answer_id, now)
    with acting(request):
        restore_answer(question=access.question, answer_id=answer_id, by=user, at=now)
        messages.success(request, f"The answer to “{access.question}” is restored.")
    return redirect(access.question)
