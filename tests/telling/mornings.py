"""The mails of a morning of September 2026 in Lisbon."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.core import mail
from django.core.mail import EmailMessage

from telling.actions.mornings import begin_mornings
from telling.actions.sending import send_due

LISBON = ZoneInfo("Europe/Lisbon")


def at(day: int, hour: int = 8, minute: int = 0) -> datetime:
    return datetime(2026, 9, day, hour, minute, tzinfo=LISBON)


def morning(day: int, hour: int = 8) -> dict[str, list[EmailMessage]]:
    """The worker's mails of this morning, by the first name."""
    now, before = at(day, hour), len(mail.outbox)
    begin_mornings(now)
    send_due(now)
    sent: dict[str, list[EmailMessage]] = {}
    for one in mail.outbox[before:]:
        sent.setdefault(one.to[0].partition("@")[0], []).append(one)
    return sent


def subjects(sent: dict[str, list[EmailMessage]], *names: str) -> dict[str, list[str]]:
    return {name: [str(one.subject) for one in sent.get(name, [])] for name in names}
