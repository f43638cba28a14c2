"""Which pages show what a mail is about. Whoever opens one has looked, and is told anew of what happens next."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from people.middleware import is_of_script
from people.models import Message, User

type Respond = Callable[[HttpRequest], HttpResponse]

# By the name of the page, the threads that it shows; see `Kind.thread`.
THREADS: dict[str, Callable[[dict[str, Any]], str]] = {
    "tracker:student-detail": lambda given: f"help {given['enrolment_id']}",
    "tracker:help-answer": lambda given: f"help {given['enrolment_id']}",
    "questions:question-detail": lambda given: f"question {given['question_id']}",
    "tracker:review-detail": lambda given: f"review {given['review_id']}",
    "tracker:check-in-detail": lambda given: f"check-in {given['group_id']} {given['week_iso']}",
}


def note_looks(get_response: Respond) -> Respond:
    """Note when the reader of a mail opens the page that it is about: signed in, not by a link in the mail alone."""

    def respond(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        match = request.resolver_match
        if match is None or request.method != "GET" or response.status_code != 200 or is_of_script(request):
            return response
        thread = THREADS.get(match.view_name)
        if thread is not None and isinstance(request.user, User):
            look(request.user, thread(match.kwargs))
        return response

    return respond


def look(person: User, thread: str) -> None:
    unseen = Message.objects.filter(
        recipient=person,
        thread=thread,
        looked_at=None,
        state__in=[Message.State.WAITING, Message.State.DIGEST, Message.State.SENT],
    )
    # Asked first: on SQLite an update that changes nothing waits for its turn to write, too.
    if unseen.exists():
        unseen.update(looked_at=timezone.now())
