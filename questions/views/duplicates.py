from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from lib.refusals import acting
from lib.requests import HtmxRequest, form_page
from lib.undo import with_undo
from people.access import Audience, audience, signed_in
from questions.access.questions import question_to_merge, question_to_read
from questions.actions import mark_duplicate, mark_not_the_same, undo_duplicate
from questions.dashboards.question_similar import merge_choices
from questions.forms.questions import SearchForm, posted_id
from questions.views.questions import unpublished_notice


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@form_page
def question_duplicate(request: HtmxRequest, question_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    access = question_to_merge(user, question_id, now)
    if request.method == "POST":
        original = question_to_read(user, posted_id(request.POST, "original"), now).question
        question = access.question
        with acting(request):
            question = mark_duplicate(question=question, original=original, by=user, at=now)
            undo_url = reverse("questions:question-duplicate-undo", args=[question.pk])
            notice = unpublished_notice(was_known=access.question.published_at is not None, question=question)
            text = f"“{question}” is now a duplicate of “{question.duplicate_of}”.{notice}"
            messages.success(request, with_undo(request, text, undo_url))
        return redirect(question.duplicate_of or question)
    form = SearchForm(request.GET, label="Search for the original")
    context = {
        "question": access.question,
        "candidates": merge_choices(access=access, text=form.text),
        "form": form,
        "text": form.text,
    }
    return render(request, "questions/question_duplicate.html", context)


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@require_POST
def question_duplicate_undo(request: HtmxRequest, question_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    access = question_to_merge(user, question_id, now)
    with acting(request):
        question = undo_duplicate(question=access.question, by=user, at=now)
        messages.success(request, f"“{question}” is no longer a duplicate.")
    return redirect(access.question)


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@require_POST
def question_not_same(request: HtmxRequest, question_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    question = question_to_merge(user, question_id, now).question
    other = question_to_merge(user, posted_id(request.POST, "other"), now).question
    with acting(request):
        mark_not_the_same(question=question, other=other, by=user, at=now)
        text = f"“{other}” is not a duplicate of this one. It will not be suggested again; a search still finds it."
        messages.success(request, text)
    return redirect(question)
