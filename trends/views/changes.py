from contextlib import nullcontext
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from groups.access import course_to_administer
from lib.editing import status_of
from lib.pages import page_of
from lib.refusals import acting
from lib.requests import HtmxRequest, form_page
from lib.undo import with_undo
from people.access import Audience, audience, signed_in
from people.saved_once import saved_once
from questions.access.questions import reader
from questions.actions.telling import recipients_of_change, tell_of_change
from questions.models import MaterialChange, MaterialNeed
from trends.access.changes import change_to_administer, changes, need_to_meet
from trends.actions.changes import remove_change, save_change
from trends.dashboards.change_choices import chosen_answers, found_answers
from trends.dashboards.change_detail import change_detail as change_detail_of
from trends.dashboards.effects import effects_of
from trends.forms.changes import AnswersForm, ChangeForm


@audience(Audience.COURSE_ADMIN)
@require_safe
def change_list(request: HttpRequest, slug: str) -> HttpResponse:
    now = timezone.now()
    course = course_to_administer(signed_in(request), slug, now)
    newest = changes().filter(course=course).order_by("-changed_on", "-pk")
    page = page_of(request.GET, newest)
    effects = effects_of(page, now)
    rows = [(change, effects[change.pk].summary) for change in page]
    context = {"course": course, "rows": rows, "page": page}
    return render(request, "trends/change_list.html", context)


@audience(Audience.COURSE_ADMIN)
@require_safe
def change_detail(request: HttpRequest, change_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    change = change_to_administer(user, change_id, now)
    return render(request, "trends/change_detail.html", change_detail_of(change, reader=reader(user, now)))


@audience(Audience.COURSE_ADMIN)
@form_page
@saved_once
def change_new(request: HtmxRequest, slug: str) -> HttpResponse:
    """From a need, saving marks the need as changed."""
    now = timezone.now()
    course = course_to_administer(signed_in(request), slug, now)
    need = need_to_meet(course, (request.POST if request.method == "POST" else request.GET).get("need"))
    return _form_page(request, MaterialChange(course=course), need, now)


@audience(Audience.COURSE_ADMIN)
@form_page
@saved_once
def change_edit(request: HtmxRequest, change_id: int) -> HttpResponse:
    now = timezone.now()
    is_saving = request.method == "POST" and "look" not in request.POST
    with transaction.atomic() if is_saving else nullcontext():
        change = change_to_administer(signed_in(request), change_id, now, is_locked=is_saving)
        return _form_page(request, change, None, now)


def _form_page(
    request: HtmxRequest, change: MaterialChange, need: MaterialNeed | None, now: datetime
) -> HttpResponse:
    """The form of a change, or what follows once it is saved. A search for what it answers keeps what was typed."""
    user, is_new, today = signed_in(request), change.pk is None, timezone.localdate(now)
    answers = AnswersForm(request.POST)
    ids = {name: answers.ids(name) for name in ("questions", "topics")}
    if request.method == "POST" and not answers.is_looking:
        form = ChangeForm(request.POST, instance=change, today=today)
        if form.is_valid():
            answered = {name: form.cleaned_data[name] for name in ids}
            with acting(request, form):
                save_change(change=form.instance, **answered, need=need, by=user, at=now)
                undo = reverse("trends:change-remove", args=[change.pk]) if is_new else ""
                message = f"Recorded: “{change}”." if is_new else f"Saved “{change}”."
                messages.success(request, with_undo(request, message, undo) if undo else message)
                return redirect(change)
    else:
        initial: dict[str, Any] = request.POST.dict()
        if request.method != "POST":
            initial = {"changed_on": today, "made_by": user.pk, **_of_need(need)} if is_new else {}
            ids = _answered_by(change, need)
        form = ChangeForm(instance=change, today=today, initial=initial)
    chosen = chosen_answers(change.course_id, ids, reader(user, now))
    context = {
        "course": change.course,
        "change": change,
        "need": need,
        "form": form,
        "answers": answers,
        "chosen": chosen,
        "matches": found_answers(change.course_id, answers.text, chosen, reader(user, now)),
    }
    template = "trends/change_new.html" if is_new else "trends/change_edit.html"
    return render(request, template, context, status=status_of(form))


def _of_need(need: MaterialNeed | None) -> dict[str, int | None]:
    if need is None:
        return {}
    if need.material is not None:
        return {"material": need.material_id, "milestone": need.material.milestone_id}
    topic = (need.topic.merged_into or need.topic) if need.topic else None
    question = need.question or (topic.representative if topic else None)
    return {"milestone": question.milestone_id, "material": question.material_id} if question else {}


def _answered_by(change: MaterialChange, need: MaterialNeed | None) -> dict[str, list[int]]:
    if change.pk is not None:
        return change.answered_ids()
    topic = need.topic.merged_into_id or need.topic_id if need and need.topic else None
    question = need.question.duplicate_of_id or need.question_id if need and need.question else None
    return {"questions": [question] if question else [], "topics": [topic] if topic else []}


@audience(Audience.COURSE_ADMIN)
@require_POST
def change_remove(request: HtmxRequest, change_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    change = change_to_administer(user, change_id, now)
    with acting(request):
        needs = remove_change(change=change, by=user, at=now)
        waiting = " The needs it met are waiting again." if needs else ""
        messages.success(request, f"Removed “{change}”.{waiting}")
        return redirect(needs[0]) if needs else redirect("trends:change-list", change.course.slug)
    return redirect(change)


@audience(Audience.COURSE_ADMIN)
@form_page
@saved_once
def change_tell(request: HtmxRequest, change_id: int) -> HttpResponse:
    """Notify the people who asked, once, after showing their number: mails cannot be undone."""
    now = timezone.now()
    user = signed_in(request)
    change = change_to_administer(user, change_id, now)
    if request.method == "POST":
        with acting(request):
            count = tell_of_change(change=change, by=user, at=now)
            who = "1 person" if count == 1 else f"{count} people"
            messages.success(request, f"{who} notified.")
        return redirect(change)
    count = len(recipients_of_change(change, now, by=user))
    return render(request, "trends/change_tell.html", {"change": change, "count": count})
