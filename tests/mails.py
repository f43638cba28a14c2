"""The worker's rounds of events, messages and invitations, at once."""

from datetime import datetime

from django.core import mail
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.utils import timezone

from people.outbox import UNDONE_SOON
from telling.actions.sending import send_due
from telling.actions.sorting import sort_events
from tracker.actions.mailing_invitations import send_waiting_invitations


def deliver(now: datetime | None = None) -> list[EmailMessage]:
    """Tell what happened and send what is due; return the mails that left.

    Unless a moment is given, what waits since it may be undone has waited.
    """
    sends_at, before = now or timezone.now() + UNDONE_SOON, len(mail.outbox)
    now = now or timezone.now()
    sort_events(now)
    send_due(sends_at)
    send_waiting_invitations(sends_at)
    return mail.outbox[before:]


def first_names(mails: list[EmailMessage]) -> list[str]:
    """The first name of each mail's reader; every mail goes to one."""
    assert all(len(mail.recipients()) == 1 for mail in mails)
    return sorted(mail.to[0].partition("@")[0] for mail in mails)


def html_of(sent: EmailMessage) -> str:
    assert isinstance(sent, EmailMultiAlternatives)
    return str(sent.alternatives[0][0])
