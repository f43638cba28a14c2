from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from groups.access import GroupAccess
from lib.editing import status_of
from lib.refusals import Refused, acting
from lib.requests import HtmxRequest, form_page
from lib.undo import with_undo
from people.access import Audience, audience, signed_in
from people.models import User
from questions.access.asking import group_to_ask_in, members_to_ask_for
from questions.access.offers import was_offered
from questions.access.questions import (
    ask_to_remove,
    question_to_ask_again,
    reader,
)
from questions.actions import ask, ask_again, remove_ask
from questions.candidates import text_of
from questions.dashboards.question_suggestions import Suggestion, suggestions
from questions.forms.pictures import saved_with_pictures, with_pictures
from questions.forms.questions import (
    AskForm,
    TypedForm,
    as_whole,
    posted_id,
    seen_before,
)
from questions.models import Ask, Question
from questions.similar import STOP, Text


@audience(Audience.STUDENT, Audience.MENTOR, Audience.COURSE_ADMIN)
@form_page
@saved_with_pictures("detail")
def question_new(request: HtmxRequest, group_id: int) -> HttpResponse:
    """Ask, with what was typed into the box. Questions that very likely are the same stop it, each of them once."""
    now = timezone.now()
    user = signed_in(request)
    access = group_to_ask_in(user, group_id, now)
    if request.method == "GET" and access.studies and "milestone" not in request.GET:
        # The one box knows at which one the asker is.
        return redirect(reverse("trends:search", query=request.GET.dict() | {"group": group_id, "ask": "on"}))
    initial = {"title": request.GET.get("title", ""), "milestone": request.GET.get("milestone")}
    form = _ask_form(request, access, request.POST, initial)
    similar: list[Suggestion] = []
    if form.is_valid():
        seen = seen_before(request.POST)
        similar = _offers(user, access, text_of(form.instance), now, leave_out=seen, least=STOP)
        if not similar:
            with acting(request, form):
                question = ask(group=access.group, by=user, at=now, enrolment=form.student, **form.to_ask())
                undo_url = reverse("questions:question-remove", args=[question.pk])
                messages.success(request, with_undo(request, f"“{question}” is asked.", undo_url))
                return redirect(question)
        form.show_as_seen([*seen, *(row.question.pk for row in similar)])
    offered = [] if form.is_bound else _offers(user, access, TypedForm(request.GET).typed(), now)
    return _ask_page(request, access, form, similar, offered)


def _ask_page(
    request: HtmxRequest,
    access: GroupAccess,
    form: AskForm,
    similar: Sequence[Suggestion] = (),
    offered: Sequence[Suggestion] = (),
) -> HttpResponse:
    return render(
        request,
        "questions/question_new.html",
        {
            "form": form,
            "group": access.group,
            "similar": similar,
            "offered": offered,
            "group_id": access.group.pk,
            "line": form["title"].id_for_label,
            "more": form["detail"].id_for_label,
        },
        status=status_of(form),
    )


def _ask_form(
    request: HtmxRequest, access: GroupAccess, posted: QueryDict, initial: dict[str, Any] | None = None
) -> AskForm:
    of = {"group": access.group, "cohort": access.group.cohort}
    members = members_to_ask_for(access)
    return with_pictures(
        request,
        "detail",
        lambda posted: AskForm(posted, instance=Question(**of), members=members, initial=initial),
        posted,
    )


def _offers(user: User, access: GroupAccess, asked: Text, now: datetime, **which: Any) -> list[Suggestion]:
    course_id = access.group.cohort.course_id
    return suggestions(reader=reader(user, now), asked=asked, course_id=course_id, **which)


def _asked_again(request: HtmxRequest, ask: Ask) -> HttpResponse:
    original = ask.question.duplicate_of or ask.question
    who = "You" if ask.enrolment_id else f"Somebody in {ask.group}"
    said = f"{who} asked “{original}” too."
    if ask.question != original:
        said += " What you typed is kept with it."
    if ask.is_answered_already:
        said += " It counts as answered: nobody else has to answer it."
    undo_url = reverse("questions:ask-remove", args=[ask.pk])
    messages.success(request, with_undo(request, said, undo_url))
    return redirect(original)


@audience(Audience.STUDENT, Audience.MENTOR, Audience.COURSE_ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def question_similar(request: HtmxRequest, group_id: int) -> HttpResponse:
    """Typed text is sent by POST: an address holds no long text, and is logged."""
    now = timezone.now()
    user = signed_in(request)
    access = group_to_ask_in(user, group_id, now)
    context = {
        "similar": _offers(user, access, TypedForm(request.POST or request.GET).typed(), now),
        "group": access.group,
        "is_for_oneself": access.studies is not None,
    }
    return render(request, "questions/_question_suggestions.html", context)


@audience(Audience.STUDENT, Audience.MENTOR, Audience.COURSE_ADMIN)
@require_POST
@saved_with_pictures("detail")
def question_again(request: HtmxRequest, question_id: int, *, is_answered: bool = False) -> HttpResponse:
    """Count one more ask, and keep what was typed. `is_answered`: the question, which was offered, answers it."""
    now = timezone.now()
    user = signed_in(request)
    # By default the sender's own group.
    named = posted_id(request.POST, "group") if request.POST.get("group") else None
    access, group = question_to_ask_again(user, question_id, named, now)
    typed = None
    if request.POST.get("title"):
        asking = group_to_ask_in(user, group.pk, now)
        typed = _ask_form(request, asking, as_whole(request.POST))
        if not typed.is_valid():
            return _ask_page(request, asking, typed)
    with acting(request, typed):
        if is_answered and not was_offered(question_id, user, request.GET.get("offer", "")):
            raise Refused(
                f"“{access.question}” was offered to you too long ago. Type your question again, then choose it."
            )
        ask = ask_again(
            question=access.question,
            group=group,
            by=user,
            at=now,
            enrolment=typed.student if typed else None,
            typed=typed.to_ask() if typed else None,
            is_answered=is_answered,
        )
        return _asked_again(request, ask)
    if typed is not None:
        return _ask_page(request, asking, typed)
    return redirect(reverse("questions:question-list"))


@audience(Audience.STUDENT, Audience.MENTOR, Audience.COURSE_ADMIN)
@require_POST
def ask_remove(request: HtmxRequest, ask_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    access, ask = ask_to_remove(user, ask_id, now)
    with acting(request):
        question = remove_ask(ask=ask, by=user, at=now)
        is_open_again = question == access.question and access.question.duplicate_of_id
        told = "is a question of its own again" if is_open_again else "no longer counts as asked by you"
        messages.success(request, f"Undone. “{question}” {told}.")
        return redirect(question)
    return redirect(access.question)
