from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from lib.nights import nightly_archives
from lib.refusals import acting
from lib.version import version_and_commit
from people.access import Audience, audience, signed_in
from people.audit import note
from people.models import Hold, Message
from telling.access.outbox import message_to_handle, require_operator
from telling.actions.outbox import remove_message, try_again
from telling.dashboards.outbox import read_outbox


@audience(Audience.OPERATOR)
@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    """The mails that wait, that failed and why, and that were sent; without their words."""
    require_operator(signed_in(request))
    wanted = request.GET.get("state", "")
    state = wanted if wanted in Message.State.values else Message.State.WAITING
    nights = nightly_archives(settings.BACKUP_DIR) if settings.BACKUP_DIR else {}
    context = {
        "outbox": read_outbox(state, request.GET.get("page")),
        "now": timezone.now(),
        "hold": Hold.objects.first(),
        "version": version_and_commit(),
        "backup_on": max(nights, default=None),
        "backup_bytes": nights[max(nights)].stat().st_size if nights else 0,
    }
    return render(request, "telling/outbox.html", context)


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
