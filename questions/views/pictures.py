from io import BytesIO
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_POST, require_safe

from lib.markdown_pictures import keys_in
from lib.pictures import TYPE
from lib.refusals import Refused
from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in
from questions.access.questions import picture_to_see
from questions.actions.pictures import add_picture
from questions.dashboards.known_questions import answers_of
from questions.models import Picture, Question

# Opened on its own, a picture may do nothing.
_POLICY: dict[str, Any] = {**settings.SECURE_CSP, "sandbox": True}


@audience(Audience.STUDENT, Audience.MENTOR, Audience.COURSE_ADMIN)
@require_safe
@csp_override(_POLICY)
def picture(request: HttpRequest, key: str) -> HttpResponse:
    shown = picture_to_see(signed_in(request), key, timezone.now())
    return HttpResponse(
        bytes(shown.content),
        content_type=TYPE,
        headers={
            "Content-Disposition": "inline",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        },
    )


@audience(Audience.PERSON)
@require_POST
def picture_add(request: HttpRequest) -> HttpResponse:
    """Answer with the Markdown that names the picture, or with why it was refused. Until it is sent it is one's own."""
    try:
        file = request.FILES.get("picture") or BytesIO()
        words, status = add_picture(file=file, by=signed_in(request), at=timezone.now()), 200
    except Refused as refused:
        words, status = str(refused), 422
    return HttpResponse(words, content_type="text/plain; charset=utf-8", status=status)


def pictures_first(request: HtmxRequest, question: Question, *, back: str) -> HttpResponse | None:
    """Return the page that shows the pictures of a question to publish; None once it was sent with all of them."""
    answers = answers_of([question])[question.pk]
    keys = {picture.key for picture in Picture.objects.used().filter(question=question)}
    if keys <= set(request.POST.getlist("seen_pictures")):
        return None
    shown = [answer for answer in answers if keys_in(answer.body)]
    context = {"question": question, "answers": shown, "keys": sorted(keys), "cancel_url": back}
    return render(request, "questions/question_publish.html", context)
