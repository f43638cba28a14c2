"""The known questions of a milestone: read, publish and unpublish several, download as Markdown."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.views.decorators.http import require_POST, require_safe

from groups.access import course_to_administer
from lib.ids import as_id
from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in
from questions.access.known_questions import milestone_to_publish_on, milestone_to_read, questions_to_publish
from questions.actions import publish, unpublish
from questions.dashboards.known_markdown import course_markdown, milestone_markdown
from questions.dashboards.known_questions import milestone_questions as dashboard
from questions.models import Question


@audience(Audience.STUDENT, Audience.MENTOR, Audience.COURSE_ADMIN)
@require_safe
def milestone_questions(request: HtmxRequest, milestone_id: int) -> HttpResponse:
    """What was asked about a milestone before, with the answers."""
    access = milestone_to_read(signed_in(request), milestone_id, timezone.now())
    text = request.GET.get("q", "").strip()
    page = dashboard(access, text=text)
    return render(request, "questions/milestone_questions.html", {"page": page, "text": text})


@audience(Audience.COURSE_ADMIN)
@require_POST
def milestone_questions_publish(request: HtmxRequest, milestone_id: int) -> HttpResponse:
    """Publish those that were chosen."""
    return _changed(request, milestone_id, publish, "published", "questions:milestone-questions-unpublish")


@audience(Audience.COURSE_ADMIN)
@require_POST
def milestone_questions_unpublish(request: HtmxRequest, milestone_id: int) -> HttpResponse:
    """Take those that were chosen from the page."""
    return _changed(request, milestone_id, unpublish, "unpublished", "questions:milestone-questions-publish")


def _changed(
    request: HtmxRequest, milestone_id: int, action: Callable[..., list[Question]], deed: str, undo: str
) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    access = milestone_to_publish_on(user, milestone_id, now)
    ids = _chosen(request)
    changed = action(questions=questions_to_publish(access, ids), by=user, at=now)
    if changed:
        noun = "question is" if len(changed) == 1 else "questions are"
        context = {
            "words": f"{len(changed)} {noun} {deed}.",
            "undo_url": reverse(undo, args=[milestone_id]),
            "ids": ",".join(str(question.pk) for question in changed),
        }
        messages.success(request, render_to_string("questions/_questions_published.html", context, request))
    else:
        chosen = list(questions_to_publish(access, ids).order_by("pk"))
        words = _why_nothing(chosen, deed) if ids else "Choose the questions first."
        messages.error(request, words)
    return redirect("questions:milestone-questions", milestone_id)


def _why_nothing(chosen: list[Question], deed: str) -> str:
    """Say what is the case with what was chosen; each hindrance once, with a question that it hinders."""
    words = f"Nothing was {deed}"
    if not chosen:
        return f"{words}: what you chose is not about this milestone any more."
    if deed == "unpublished":
        return f"{words}: what you chose is not published any more."
    hindered: dict[str, list[Question]] = {}
    for question in chosen:
        if question.published_at is None and question.why_not_published:
            hindered.setdefault(question.why_not_published, []).append(question)
    if not hindered:
        return f"{words}: what you chose is published already."
    return f"{words}. " + " ".join(
        f"“{first}”{f' and {len(more)} more' if more else ''}: {why}"
        for why, (first, *more) in hindered.items()
    )


def _chosen(request: HtmxRequest) -> list[int]:
    """The ids that were ticked, or that undoing brings back in one field."""
    words = [word for value in request.POST.getlist("questions") for word in value.split(",")]
    return [pk for pk in map(as_id, words) if pk is not None]


@audience(Audience.COURSE_ADMIN)
@require_safe
def milestone_questions_md(request: HtmxRequest, milestone_id: int) -> HttpResponse:
    """The known questions of one milestone."""
    now = timezone.now()
    milestone = milestone_to_publish_on(signed_in(request), milestone_id, now).milestone
    name = f"{milestone.course.slug}-{slugify(milestone.title) or milestone.pk}-questions.md"
    return _file(milestone_markdown(milestone, now), name)


@audience(Audience.COURSE_ADMIN)
@require_safe
def course_questions_md(request: HtmxRequest, slug: str) -> HttpResponse:
    """The known questions of all milestones of a course."""
    now = timezone.now()
    course = course_to_administer(signed_in(request), slug, now)
    return _file(course_markdown(course, now), f"{course.slug}-questions.md")


def _file(text: str, name: str) -> HttpResponse:
    disposition = content_disposition_header(True, name) or ""
    return HttpResponse(
        text, content_type="text/markdown; charset=utf-8", headers={"Content-Disposition": disposition}
    )
