"""Replies to a change of a question: a message with an undo button, then a redirect."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string

from lib.requests import HtmxRequest
from questions.models import Question


def add_message(
    request: HtmxRequest,
    text: str,
    *,
    undo_url: str = "",
    next_url: str = "",
    link_url: str = "",
    link_text: str = "",
) -> None:
    """Add a success message with an optional undo button and link.

    Args:
        undo_url: a POST to it undoes the change; `next_url` is sent along.
    """
    context = {
        "text": text,
        "undo_url": undo_url,
        "next_url": next_url,
        "link_url": link_url,
        "link_text": link_text,
    }
    messages.success(request, render_to_string("questions/_message.html", context, request=request))


def unpublished_notice(*, was_known: bool, question: Question) -> str:
    return " It is no longer published." if was_known and question.published_at is None else ""


def redirect_to(request: HtmxRequest, url: str) -> HttpResponse:
    if request.htmx:
        return HttpResponse(headers={"HX-Location": url})
    return redirect(url)


def redirect_to_question(request: HtmxRequest, question: Question) -> HttpResponse:
    return redirect_to(request, question.get_absolute_url())
