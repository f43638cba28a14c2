from django.conf import settings
from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from lib.nights import nightly_archives
from lib.pages import LINES, page_of
from lib.refusals import acting
from lib.version import version_and_commit
from people.access import Audience, audience, signed_in
from people.audit import note
from people.models import Event, Hold, Message
from telling.access.outbox import message_to_handle, require_operator
from telling.actions.channels import POST
from telling.actions.outbox import remove_message, try_again
from telling.kinds import KINDS


@audience(Audience.OPERATOR)
@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    """The messages that wait, that failed and why, and that were sent; without their words: operators need not read
    what people write to each other.
    """
    require_operator(signed_in(request))
    wanted = request.GET.get("state", "")
    state = wanted if wanted in Message.State.values else Message.State.WAITING
    counts = dict(Message.objects.values_list("state").annotate(Count("pk")))
    sent = Message.objects.filter(state=Message.State.SENT).values_list("kind").annotate(count=Count("pk"))
    rows = Message.objects.filter(state=state).select_related("recipient", "channel").order_by("-pk")
    page = page_of(request.GET, rows, LINES)
    nights = nightly_archives(settings.BACKUP_DIR) if settings.BACKUP_DIR else {}
    context = {
        "tabs": [
            {
                "label": str(one.label).capitalize(),
                "url": f"?state={one.value}",
                "is_current": one.value == state,
                "count": counts.get(one.value, 0),
            }
            for one in Message.State
        ],
        "page": page,
        "lines": [(message, _kind_label(message.kind)) for message in page],
        "kinds": [(_kind_label(name), count) for name, count in sent.order_by("-count", "kind")],
        # Events of which nobody could work out who hears of them.
        "unsorted": list(Event.objects.exclude(failure="").order_by("-pk")[:LINES]),
        "oldest": Message.objects.waiting().order_by("made_at").values_list("made_at", flat=True).first(),
        "now": timezone.now(),
        "hold": Hold.objects.first(),
        "version": version_and_commit(),
        "backup_on": max(nights, default=None),
        "backup_bytes": nights[max(nights)].stat().st_size if nights else 0,
    }
    return render(request, "telling/outbox.html", context)


def _kind_label(name: str) -> str:
    if name == POST:
        return "Posts into Slack or Mattermost"
    kind = KINDS.get(name)
    return kind.label if kind else "Codes, links and notices of accounts"


@audience(Audience.OPERATOR)
@require_POST
def message_again(request: HttpRequest, message_id: int) -> HttpResponse:
    message = message_to_handle(signed_in(request), message_id)
    before = message.state
    with acting(request):
        try_again(message=message, at=timezone.now())
        note(f"let message {message.pk} be sent again", request=request)
        messages.success(request, "It will be sent again within seconds.")
    return redirect(reverse("telling:outbox", query={"state": before}))


@audience(Audience.OPERATOR)
@require_POST
def message_remove(request: HttpRequest, message_id: int) -> HttpResponse:
    message = message_to_handle(signed_in(request), message_id)
    with acting(request):
        remove_message(message=message, at=timezone.now())
        note(f"removed message {message.pk}", request=request)
        messages.success(request, "Removed: it will not be sent.")
    return redirect("telling:outbox")
