"""The messages of a page."""

from typing import Any

from django.contrib.messages import get_messages


def told(answer: Any) -> list[str]:
    """The messages that this answer left for the next page."""
    return [str(message) for message in get_messages(answer.wsgi_request)]


def said(answer: Any) -> str:
    """The one message that this answer left for the next page."""
    (message,) = told(answer)
    return message
