from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from lib.ids import as_id
from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in
from questions.access.known_questions import milestone_to_publish_on, milestone_to_read, questions_to_publish
from questions.actions import publish, unpublish
from questions.dashboards.known_questions import known_questions_page
from questions.models import Question
from questions.views.pictures import pictures_first


@audience(Audience.STUDENT, Audience.MENTOR, Audience.COURSE_ADMIN)
@require_safe
def milestone_questions(request: HtmxRequest, milestone_id: int) -> HttpResponse:
    access = milestone_to_read(signed_in(request), milestone_id, timezone.now())
    text = request.GET.get("q", "").strip()
    context = {"access": access, "page": known_questions_page(access, text=text), "text": text}
    return render(request, "questions/milestone_questions.html", context)


@audience(Audience.COURSE_ADMIN)
@require_POST
def milestone_questions_publish(
    request: HtmxRequest, milestone_id: int, *, is_published: bool
) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    access = milestone_to_publish_on(user, milestone_id, now)
    ids = _chosen_ids(request)
    back = reverse("questions:milestone-questions", args=[milestone_id])
    if is_published and (
        page := pictures_first(request, questions_to_publish(access, ids).publishable(), cancel_url=back)
    ):
        return page
    action = publish if is_published else unpublish
    changed = action(questions=questions_to_publish(access, ids), by=user, at=now)
    if changed:
        _add_undo_message(request, milestone_id, changed, is_published=is_published)
    elif ids:
        verb = "published" if is_published else "unpublished"
        messages.error(request, f"Nothing was {verb}: they have changed since. Choose again.")
    else:
        messages.error(request, "Select at least one question.")
    return redirect(back)


def _add_undo_message(
    request: HtmxRequest, milestone_id: int, changed: list[Question], *, is_published: bool
) -> None:
    count = "1 question is" if len(changed) == 1 else f"{len(changed)} questions are"
    undo = (
        "questions:milestone-questions-unpublish" if is_published else "questions:milestone-questions-publish"
    )
    context = {
        "text": f"{count} {'published' if is_published else 'unpublished'}.",
        "undo_url": reverse(undo, args=[milestone_id]),
        "ids": ",".join(str(question.pk) for question in changed),
    }
    messages.success(request, render_to_string("questions/_questions_published.html", context, request))


def _chosen_ids(request: HtmxRequest) -> list[int]:
    """Return the ids of the ticked boxes; undo sends them in one field, separated by commas."""
    values = [value for field in request.POST.getlist("questions") for value in field.split(",")]
    return [pk for pk in map(as_id, values) if pk is not None]
