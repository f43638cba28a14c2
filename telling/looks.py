"""Pages that show what a mail is about. Opening one counts as a look, after which later events are told anew."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from people.middleware import is_of_script
from people.models import Message, User
from questions.models import Ask
from telling.kinds.help import HELP

type Respond = Callable[[HttpRequest], HttpResponse]

# By the name of the page, the thread that it shows, with what stands in its address; see `MailKind.thread`.
THREADS = {
    "tracker:group-detail": "dates {group_id}",
    # To which students are led from there.
    "tracker:week": "dates {group_id}",
    "tracker:student-detail": "help {enrolment_id}",
    "tracker:help-answer": "help {enrolment_id}",
    "questions:question-detail": "question {question_id}",
    "tracker:review-detail": "review {review_id}",
    "telling:channel-edit": "channel {channel_id}",
    "tracker:check-in-detail": "check-in {group_id} {week_iso}",
}


def mark_mails_read(get_response: Respond) -> Respond:
    """Note when the reader of a mail opens the page that it is about: signed in, not by a link in the mail alone."""

    def respond(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        match = request.resolver_match
        # The page of a group leads its students to my week.
        is_shown = response.status_code in (200, 302)
        if match is None or request.method != "GET" or not is_shown or is_of_script(request):
            return response
        thread = THREADS.get(match.view_name)
        if thread is not None and isinstance(request.user, User):
            _mark_thread_read(request.user, thread.format(**match.kwargs))
        if match.view_name == "questions:question-detail" and isinstance(request.user, User):
            _mark_help_of_askers_read(request.user, match.kwargs["question_id"])
        return response

    return respond


def _mark_help_of_askers_read(person: User, question_id: int) -> None:
    """A request for help leads to what its student asked. One that was not sent yet may be about something else."""
    sent = Message.objects.filter(recipient=person, kind=HELP.name, looked_at=None, state=Message.State.SENT)
    threads = dict(sent.values_list("pk", "thread"))
    if threads:
        asks = Ask.objects.filter(question=question_id, enrolment__isnull=False)
        shown = {f"help {enrolment}" for enrolment in asks.values_list("enrolment", flat=True)}
        seen = [pk for pk, thread in threads.items() if thread in shown]
        Message.objects.filter(pk__in=seen).update(looked_at=timezone.now())


def _mark_thread_read(person: User, thread: str) -> None:
    unseen = Message.objects.filter(
        recipient=person,
        thread=thread,
        looked_at=None,
        state__in=[Message.State.WAITING, Message.State.DIGEST, Message.State.SENT],
    )
    # Asked first: on SQLite an update that changes nothing waits for its turn to write, too.
    if unseen.exists():
        unseen.update(looked_at=timezone.now())
