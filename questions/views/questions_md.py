"""Known questions as Markdown, for the course's own repository: of a milestone, and of the whole course."""

from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from groups.access import course_to_administer
from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in
from questions.access.known_questions import milestone_to_publish_on
from questions.dashboards.known_markdown import course_markdown, milestone_markdown


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
