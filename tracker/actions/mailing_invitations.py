"""Mail invitations: the mail says which group and people wait for somebody, and what comes first."""

import time
from datetime import datetime, timedelta
from smtplib import SMTPDataError, SMTPRecipientsRefused

from django.core.mail import EmailMultiAlternatives
from django.db.models import Q
from django.template.loader import render_to_string

from lib.parent import must_end
from lib.refusals import Refused
from lib.text import joined
from people.actions.invitations import mailed_link
from people.actions.limits import spend_invitation
from people.models import Invitation
from tracker.invited import invited_as

_TRY_AGAIN_AFTER = timedelta(minutes=10)
# Seconds after which other jobs of the worker get their turn.
_LONGEST_ROUND = 20


def send_invitation(invitation: Invitation, *, at: datetime) -> None:
    """Mail the link that signs in and proves the address. It is shown nowhere else."""
    person = invitation.person
    short, said, students = invited_as(person, at)
    subject = " ".join((short or f"{invitation.invited_by} invites you to Trefoil").split())
    names = joined(student.name for student in students)
    mail = {
        "subject": subject,
        "title": f"Hello {person.get_short_name()}",
        "body": [
            *([{"text": f"Students: {names}", "look": "people", "people": students}] if students else []),
            *({"text": sentences} for sentences in said),
        ],
        "label": "See what comes first",
        "url": mailed_link(invitation),
    }
    context = {"invitation": invitation, "mail": mail}
    message = EmailMultiAlternatives(
        subject=subject,
        body=render_to_string("tracker/email/invitation.txt", context),
        to=[person.email],
    )
    message.attach_alternative(render_to_string("tracker/email/invitation.html", context), "text/html")
    message.send()
    invitation.sent_at, invitation.failure = at, ""
    invitation.save(update_fields=["sent_at", "failure"])


def send_waiting_invitations(now: datetime) -> str:
    """Mail the invitations that wait, and say how many. A refusal of the mail server is noted beside the invitation.

    Any other error ends the round: the mail server does not answer. The invitation that met it waits for some minutes,
    so that it does not stand in the way of the others.
    """
    due = Invitation.objects.waiting(now).filter(Q(tried_at=None) | Q(tried_at__lt=now - _TRY_AGAIN_AFTER))
    sent = refused = 0
    began = time.monotonic()
    for pk in list(due.order_by("pk").values_list("pk", flat=True)):
        # Two processes do not mail it twice: one of them claims it.
        if not due.filter(pk=pk).update(tried_at=now):
            continue
        invitation = Invitation.objects.select_related("person", "invited_by").get(pk=pk)
        try:
            spend_invitation(to=invitation.person.email, at=now)
            send_invitation(invitation, at=now)
        except (SMTPRecipientsRefused, SMTPDataError, ValueError, Refused) as error:
            invitation.failure = _reason(error)
            invitation.save(update_fields=["failure"])
            refused += 1
        else:
            sent += 1
        if must_end() or time.monotonic() - began > _LONGEST_ROUND:
            break
    return f"{sent} sent, {refused} refused" if sent or refused else ""


def _reason(error: Exception) -> str:
    """Return the mail server's words, as they are shown beside the person."""
    if isinstance(error, Refused):
        return str(error)
    code: int
    said: bytes | str
    if isinstance(error, SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()))
    elif isinstance(error, SMTPDataError):
        code, said = error.smtp_code, error.smtp_error
    else:
        return "The address cannot be written in an e-mail."
    text = said.decode(errors="replace") if isinstance(said, bytes) else said
    return " ".join(f"{code} {text}".split())[:200]
