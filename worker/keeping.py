"""Times for which records are kept; docs/security.md has the table. The worker removes older ones."""

from collections.abc import Callable
from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, Model, OuterRef, Q

from groups.actions.meeting import remove_free_times
from people.models import AddressChange, Deed, Event, Message, SentForm, TokenBucket
from people.models.address_change import ADDRESS_UNDONE_WITHIN
from questions.models import Picture
from sheets.models import ImportLine, SheetImport, WorkbookArchive
from sheets.models.sheet_import import UNDONE_WITHIN
from sheets.models.workbook_archive import KEPT_FOR
from tracker.models import CheckInDraft, CheckInSave

_DAY = timedelta(days=1)
_SESSION = timedelta(seconds=settings.SESSION_COOKIE_AGE)


def _remove_sessions(before: datetime) -> int:
    """A session that is used begins anew. The row beside it names browser and network address."""
    count, _ = Session.objects.filter(expire_date__lt=before + _SESSION).delete()
    is_open = Session.objects.filter(session_key=OuterRef("session_key"))
    beside, _ = UserSession.objects.filter(~Exists(is_open), created_at__lt=before).delete()
    return count + int(beside)


def _remove_messages(before: datetime) -> int:
    """Remove messages that were sent or given up, and those that have waited for a summary for so long."""
    old = Q(ended_at__lt=before) | Q(state=Message.State.DIGEST, made_at__lt=before)
    count, _ = Message.objects.filter(old).delete()
    return count + Event.objects.filter(told_at__lt=before, messages=None).delete()[0]


def _remove_import_records(before: datetime) -> int:
    """Remove the rows of an import. Their number, the time and the person stay."""
    has_rows = Exists(ImportLine.objects.filter(sheet_import=OuterRef("pk")))
    old = SheetImport.objects.filter(has_rows, confirmed_at__lt=before)
    for sheet_import in old:
        with transaction.atomic():
            sheet_import.written_batches.all().delete()
            sheet_import.lines.all().delete()
            sheet_import.understood = {"counts": sheet_import.understood.get("counts", {})}
            sheet_import.options = {}
            sheet_import.save(update_fields=["understood", "options"])
    return len(old)


def _older(model: type[Model], field: str, **more: None) -> Callable[[datetime], int]:
    def remove(before: datetime) -> int:
        count, _ = model._default_manager.filter(**{f"{field}__lt": before}, **more).delete()
        return count

    return remove


# Records and their time. The remover takes the moment before which they are old, and returns their number.
KEPT: tuple[tuple[str, timedelta, Callable[[datetime], int]], ...] = (
    ("sessions", _SESSION, _remove_sessions),
    ("forms that were sent", 7 * _DAY, _older(SentForm, "sent_at")),
    ("counts of limits", _DAY, _older(TokenBucket, "filled_at")),
    ("addresses before a change", ADDRESS_UNDONE_WITHIN, _older(AddressChange, "changed_at")),
    ("drafts of check-ins", 90 * _DAY, _older(CheckInDraft, "saved_at")),
    ("what undoing a check-in needs", _DAY, _older(CheckInSave, "saved_at")),
    ("pictures that no text shows", _DAY, _older(Picture, "unused_since")),
    ("times at which people can meet", _DAY, remove_free_times),
    ("messages and events", 30 * _DAY, _remove_messages),
    ("what was done", 90 * _DAY, _older(Deed, "at")),
    (
        "unconfirmed imports and their files",
        30 * _DAY,
        _older(SheetImport, "uploaded_at", confirmed_at=None),
    ),
    ("rows of confirmed imports", UNDONE_WITHIN, _remove_import_records),
    ("workbooks of all groups", KEPT_FOR, _older(WorkbookArchive, "asked_at")),
    ("the log of the Django admin", 365 * _DAY, _older(LogEntry, "action_time")),
)


def remove_what_is_old(now: datetime) -> str:
    removed = {what: remove(now - within) for what, within, remove in KEPT}
    return ", ".join(f"{count} of {what}" for what, count in removed.items() if count)
