"""Pages for load balancers and monitoring, and what people see while the database is away.

`config.middleware.answer_health` calls the first three before anything else: for any host, without a session.
"""

import logging
import shutil
import sys
from datetime import date, datetime, timedelta
from mmap import mmap

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.log import log_response
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4

from config.metrics import figures
from lib import disks
from lib.databases import is_away
from lib.nights import nightly_archives
from lib.version import commit
from people.access import Audience, audience
from people.models import Event, Hold, Invitation, Message
from telling.models import Heartbeat

# A mail that is due for so long says that none leave.
_WAITED = timedelta(minutes=15)
_RETRY_AFTER = "30"
_PLAIN = mark_safe("Something went wrong. Go back and try again; what you typed is often still there.")
# With less than these bytes left, a disk counts as full.
_FREE = 50_000_000

logger, errors = logging.getLogger("trefoil.ready"), logging.getLogger("trefoil.web")
# What is not ready, as the log has it. All processes of a gunicorn share it, since each is asked in turn.
_said = mmap(-1, 1000)


@audience(Audience.ANYBODY)
@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Say that this process answers, whatever becomes of the database."""
    return HttpResponse("ok", content_type="text/plain")


@audience(Audience.ANYBODY)
@login_not_required
@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Say whether Trefoil does all that it should; with the token of the settings, also what it does not, and why."""
    problems, details = _looked(timezone.now())
    _say_once(problems)
    status = 503 if problems else 200
    if _has_token(request):
        running = {"version": settings.VERSION, "commit": commit()}
        answer: HttpResponse = JsonResponse(
            {"is_ready": not problems, "problems": problems, **running, **details}, status=status
        )
    else:
        answer = HttpResponse("not ready" if problems else "ok", content_type="text/plain", status=status)
    # In the place of the line that Django makes an error of each time.
    log_response("%s", request.path, response=answer, request=request, logger=logger, level="debug")
    return answer


@audience(Audience.ANYBODY)
@login_not_required
@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Figures for Prometheus, for who has the token; 404 for others."""
    if not _has_token(request):
        return HttpResponse("Not found", content_type="text/plain", status=404)
    return HttpResponse(figures(), content_type=CONTENT_TYPE_PLAIN_0_0_4)


def _has_token(request: HttpRequest) -> bool:
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return bool(settings.READY_TOKEN) and constant_time_compare(given, settings.READY_TOKEN)


def _say_once(problems: list[str]) -> None:
    said = " ".join(problems).encode()
    if said != _said[:].rstrip(b"\0"):
        _said[:] = said.ljust(len(_said), b"\0")
        if said:
            logger.warning("not ready: %s", said.decode())
        else:
            logger.info("ready again")


def _looked(now: datetime) -> tuple[list[str], dict[str, object]]:
    """Return what is wrong, and the figures behind it."""
    problems: list[str] = []
    try:
        heartbeat = Heartbeat.objects.first()
        # A channel that takes nothing is a matter of who added it.
        due = Message.objects.due(now).filter(channel=None).order_by("try_at").first()
        event = Event.objects.filter(told_at=None).order_by("pk").first()
        invited = Invitation.objects.waiting(now).order_by("queued_at").first()
        hold = Hold.objects.first()
    except DatabaseError as error:
        return [f"The database does not answer: {type(error).__name__}."], {}
    if shutil.disk_usage(settings.VAR_DIR).free < _FREE:
        problems.append("The disk is full.")
    since = (due and due.due_at, event and event.at, invited and invited.queued_at)
    waited = max([now - one for one in since if one], default=timedelta())
    if heartbeat is None or not heartbeat.is_recent(now):
        problems.append("The worker is not at work.")
    # While a restored database is held they are to wait.
    if waited > _WAITED and hold is None:
        problems.append("Mails wait for too long.")
    if settings.BACKUP_DIR:
        yesterday = now.date() - timedelta(days=1)
        if max(nightly_archives(settings.BACKUP_DIR), default=date.min) < yesterday:
            problems.append("No backup was made last night.")
    return problems, {
        "worker_seen_seconds_ago": round((now - heartbeat.at).total_seconds()) if heartbeat else None,
        "oldest_waits_seconds": round(waited.total_seconds()),
        "held_since": hold and hold.restored_at,
    }


def broken(request: HttpRequest) -> HttpResponse:
    """The page of an error. A full disk, or a database that is away, is a matter of time: 503."""
    error = sys.exc_info()[1]
    disk_is_full = disks.is_full(error)
    is_temporary = disk_is_full or isinstance(error, (OperationalError, InterfaceError)) or is_away(error)
    status = 503 if is_temporary else 500
    try:
        page = render_to_string(f"{status}.html", {"disk_is_full": disk_is_full})
    except Exception:
        # What keeps a page from being made may keep this one, too.
        errors.exception("The page of an error fails, too.")
        page = _PLAIN
    return HttpResponse(page, status=status, headers={"Retry-After": _RETRY_AFTER} if is_temporary else {})
