"""What a change of a question is answered with: a message that says what happened and takes it back, then a page."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string

from lib.requests import HtmxRequest
from questions.dashboards.question_suggestions import Suggestion
from questions.models import Question


def tell(
    request: HtmxRequest,
    words: str,
    *,
    undo_url: str = "",
    next_url: str = "",
    link_url: str = "",
    link_words: str = "",
    similar: Sequence[Suggestion] = (),
    question_id: int | None = None,
) -> None:
    """Say what happened.

    Args:
        undo_url: where a POST takes it back; `next_url` is sent with it.
        similar: questions that may ask the same as the one of `question_id`, which was just asked.
    """
    context = {
        "words": words,
        "undo_url": undo_url,
        "next_url": next_url,
        "link_url": link_url,
        "link_words": link_words,
        "similar": similar,
        "question_id": question_id,
    }
    messages.success(request, render_to_string("questions/_question_told.html", context, request=request))


def unpublished_words(*, was_known: bool, question: Question) -> str:
    """Say that it is no known question any more, where a change made it one that the next cohort may not see."""
    return " It is no known question any more." if was_known and question.published_at is None else ""


def go(request: HtmxRequest, url: str) -> HttpResponse:
    """Send the person on; htmx loads the page there."""
    if request.htmx:
        return HttpResponse(headers={"HX-Location": url})
    return redirect(url)


def go_to(request: HtmxRequest, question: Question) -> HttpResponse:
    return go(request, question.get_absolute_url())
