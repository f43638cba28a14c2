"""Send the messages that are due: claim, write, hand over to the mail server or post into the channel, note.

A claim is saved before the message leaves. A worker that is killed in between leaves the claim; after some minutes the
message is sent once more, under the same id, by which mail servers and programs know it again. Every other message is
sent once.
"""

import logging
import time
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused

from django.core.exceptions import PermissionDenied
from django.core.mail import EmailMessage, mailers
from django.db import transaction
from django.db.models import Case, F, When
from django.http import Http404

from lib.parent import must_end
from people.models import MailChoice, Message, User
from telling.access.channels import has_leader
from telling.actions.channels import ChannelError, send_post, switch_off_and_tell
from telling.actions.choosing import SUMMARIES, ends_help, soon_of, without_summary
from telling.chat.news import post_of
from telling.chat.wording import Post
from telling.hours import midnight, next_waking
from telling.kinds import KINDS
from telling.kinds.digest import SAID_IN_DIGEST, end_held, held_next
from telling.kinds.kind import MORNING
from telling.links import stop_url
from telling.mails import UNTIL_OPENED, UNTIL_OPENED_OR_CORRECTED, email_of, zone_of
from telling.models import Channel

logger = logging.getLogger("trefoil.telling")

# Between two tries; the last one is repeated until a day has passed.
PAUSES = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 60, 120)]
# A server that cannot be reached is not the mail's fault: it is tried again at least this often.
LONGEST_AWAY = timedelta(minutes=15)
GIVEN_UP_AFTER = timedelta(days=1)
# A claim that is older was left by a worker that was killed: no mail server is waited for that long.
CLAIM = timedelta(minutes=5)
AT_MOST_A_DAY = 5
# Small, so that a code to sign in which was asked for meanwhile is soon among the first of the next round.
_AT_ONCE = 50
# Somebody waits before the page for a code or a link; a digest may come an hour later.
_URGENCY = Case(
    When(event=None, then=0),
    When(kind__in=[kind.name for kind in KINDS.values() if kind.is_help], then=1),
    When(kind__in=SUMMARIES, then=3),
    default=2,
)
# Seconds after which other jobs of the worker get their turn.
_LONGEST_ROUND = 20
_AWAY = "The mail server does not answer"


class _NotSentError(Exception):
    """The message ends unsent, in the state and for the reason given."""

    def __init__(self, state: Message.State, reason: str) -> None:
        super().__init__(reason)
        self.state = state
        self.reason = reason


class _LaterError(Exception):
    """The message goes at this time at the earliest."""

    def __init__(self, at: datetime) -> None:
        super().__init__()
        self.at = at


def send_due(now: datetime) -> str:
    """Send what is due, the most urgent first, of these the longest waiting, and say what became of it.

    The mail server, or a channel, that does not answer is left alone for the rest of the round: the next round tries
    again, with another message. Messages that became urgent meanwhile are asked for again and again.
    """
    done: Counter[str] = Counter()
    began = time.monotonic()
    connection = mailers.default
    # The channels that do not answer. None stands for the mail server.
    silent: set[int | None] = set()
    is_over = has_mailed = False
    try:
        while not is_over:
            # Mails that another worker sends stay due until they are sent.
            is_over = True
            for pk, channel_id in _most_urgent(now, silent):
                message = None if channel_id in silent else claim(pk, now)
                if message is None:
                    continue
                later = "tried again later"
                if not _send(message, connection, now):
                    silent.add(channel_id)
                    # Of a channel the reason may hold its address, by which anybody could post there.
                    later += f" ({message.reason})" if channel_id is None else ""
                if message.state == Message.State.SENT and channel_id is None and not has_mailed:
                    has_mailed = True
                    _end_pauses(now)
                done[message.get_state_display() if message.ended_at else later] += 1
                is_over = must_end() or time.monotonic() - began > _LONGEST_ROUND
                if is_over:
                    break
    finally:
        connection.close()
    return ", ".join(f"{count} {what}" for what, count in done.items())


def _most_urgent(now: datetime, silent: set[int | None]) -> list[tuple[int, int | None]]:
    """Return messages and their channels, without those that do not answer."""
    due = Message.objects.due(now).exclude(channel__in=[one for one in silent if one])
    if None in silent:
        due = due.exclude(channel=None)
    return list(due.order_by(_URGENCY, "try_at", "pk").values_list("pk", "channel")[:_AT_ONCE])


def claim(pk: int, now: datetime) -> Message | None:
    """Return the message if this worker may send it now; no other one may until the claim is old."""
    message = Message.objects.due(now).select_related("recipient", "event", "channel").filter(pk=pk).first()
    if message is None or (message.claimed_at is not None and message.claimed_at > now - CLAIM):
        return None
    is_left = message.claimed_at is not None
    claimed = Message.objects.due(now).filter(pk=pk, claimed_at=message.claimed_at)
    if not claimed.update(claimed_at=now, is_again=is_left or F("is_again"), tries=F("tries") + 1):
        return None
    if is_left and message.is_again:
        message.end(Message.State.FAILED, at=now, reason="The worker stopped twice while sending this.")
        return None
    message.claimed_at, message.tries = now, message.tries + 1
    message.is_again = message.is_again or is_left
    return message


def _send(message: Message, connection: object, now: datetime) -> bool:
    """Send a claimed message. Return whether the mail server, or its channel, answers."""
    # Read before it is written: what comes meanwhile waits for the next one.
    said = held_next(message.recipient) if message.recipient and message.kind in SUMMARIES else []
    is_reached = False
    try:
        if now > message.due_at + GIVEN_UP_AFTER:
            raise _NotSentError(Message.State.DROPPED, "It waited for more than a day.")
        if message.channel is not None:
            send_post(
                _post(message, message.channel, now), message.channel, post_id=message.message_id, at=now
            )
        else:
            mail = _mail(message, now)
            connection.open()  # type: ignore[attr-defined]
            is_reached = True
            connection.send_messages([mail])  # type: ignore[attr-defined]
    except _NotSentError as error:
        message.end(error.state, at=now, reason=error.reason)
    except _LaterError as error:
        message.due_at = message.try_at = error.at
        message.claimed_at, message.tries = None, 0
        message.save(update_fields=["due_at", "try_at", "claimed_at", "tries"])
    except ChannelError as error:
        _not_posted(message, error, now)
        return False
    except (SMTPRecipientsRefused, SMTPDataError) as error:
        code, reason = refusal(error)
        if code >= 500:
            message.end(Message.State.FAILED, at=now, reason=reason)
        else:
            _try_again(message, now, reason)
    except (SMTPException, OSError) as error:
        if is_reached:
            _try_again(message, now, f"The mail server broke off: {error}")
        else:
            _try_again(message, now, f"{_AWAY}: {error}", longest=LONGEST_AWAY)
        connection.close()  # type: ignore[attr-defined]
        return False
    except Exception as error:
        # Nobody else is kept from their mail by one that cannot be written. The log has no words of it.
        logger.exception("could not write message %s", message.pk)
        _try_again(message, now, f"It could not be written: {type(error).__name__}")
    else:
        message.end(Message.State.SENT, at=now)
        if said:
            end_held(said, now)
    return True


def _post(message: Message, channel: Channel, now: datetime) -> Post:
    if message.event is None:
        says, path = "Trefoil posts in this channel", channel.of.get_absolute_url()
        return Post(type="channel.tried", says=says, path=path)
    if channel.switched_off_at is not None:
        raise _NotSentError(Message.State.WITHDRAWN, "The channel was switched off.")
    post = post_of(channel, message.event, now)
    # First: nothing is told of what is archived, and its channels work again once it is restored.
    if post is None:
        reason = "It is no longer true, or not everybody in the channel may read it."
        raise _NotSentError(Message.State.WITHDRAWN, reason)
    if not has_leader(channel, now):
        switch_off_and_tell(channel=channel, at=now)
        raise _NotSentError(Message.State.WITHDRAWN, "The person who added the channel can no longer do so.")
    return post


@transaction.atomic
def _not_posted(message: Message, error: ChannelError, now: datetime) -> None:
    """Note why nothing arrived. A try is not repeated; a channel that failed for a day is switched off."""
    channel = message.channel
    assert channel is not None, "only posts have one"  # noqa: S101
    since = channel.failing_since or now
    channel.note_failure(str(error), at=now)
    if message.event is None:
        message.end(Message.State.FAILED, at=now, reason=str(error))
    elif error.is_gone or now >= since + GIVEN_UP_AFTER:
        message.end(Message.State.FAILED, at=now, reason=str(error))
        switch_off_and_tell(channel=channel, at=now)
    else:
        _try_again(message, now, str(error), shortest=error.pause)


def _end_pauses(now: datetime) -> None:
    """The mail server answers again: what waited for nothing else is due."""
    paused = Message.objects.waiting().filter(reason__startswith=_AWAY, due_at__lte=now, try_at__gt=now)
    # Asked first: on SQLite an update that changes nothing waits for its turn to write, too.
    if paused.exists():
        paused.filter(claimed_at=None).update(try_at=now)


def refusal(error: SMTPRecipientsRefused | SMTPDataError) -> tuple[int, str]:
    """Return what the mail server said, its code first."""
    code: int
    said: bytes | str
    if isinstance(error, SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()))
    else:
        code, said = error.smtp_code, error.smtp_error
    text = said.decode(errors="replace") if isinstance(said, bytes) else said
    return code, " ".join(f"{code} {text}".split())[:200]


def _try_again(
    message: Message,
    now: datetime,
    reason: str,
    *,
    shortest: timedelta = timedelta(0),
    longest: timedelta = PAUSES[-1],
) -> None:
    pause = max(shortest, min(PAUSES[min(message.tries, len(PAUSES)) - 1], longest))
    if now + pause > message.due_at + GIVEN_UP_AFTER:
        message.end(Message.State.FAILED, at=now, reason=f"Given up after a day. {reason}")
        return
    message.try_at, message.claimed_at, message.reason = now + pause, None, reason[:300]
    message.save(update_fields=["try_at", "claimed_at", "reason"])


def _mail(message: Message, now: datetime) -> EmailMessage:
    if message.event is None:
        return EmailMessage(
            subject=message.subject,
            body=message.body,
            to=[message.address],
            headers={"Message-ID": message.message_id},
        )
    kind, event, reader = KINDS[message.kind], message.event, message.recipient
    assert reader is not None, "only mails of accounts may have none"  # noqa: S101
    if not kind.tells(event):
        raise _NotSentError(Message.State.WITHDRAWN, "It is no longer told.")
    _check_reader(message, reader, now)
    if event.kind != MORNING and reader.pk not in {person.pk for person in kind.recipients_of(event, now)}:
        raise _NotSentError(Message.State.WITHDRAWN, "It no longer concerns them.")
    try:
        mail = kind.mail_of(reader, event, now)
    except (Http404, PermissionDenied) as error:
        raise _NotSentError(Message.State.WITHDRAWN, "They may no longer read it.") from error
    if mail is None:
        raise _NotSentError(Message.State.WITHDRAWN, "It is no longer true.")
    if message.thread:
        mail = replace(mail, again=UNTIL_OPENED_OR_CORRECTED if kind.corrects else UNTIL_OPENED)
    stop = stop_url(reader, kind.name)
    headers = {"Message-ID": message.message_id, "List-Unsubscribe": f"<{stop}>"}
    if not ends_help(reader, kind):
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    if message.thread:
        root = sha256(f"{reader.pk} {message.thread}".encode()).hexdigest()[:32]
        headers["References"] = f"<{root}@{message.message_id.rpartition('@')[2]}"
    return email_of(mail, to=reader, headers=headers, stop=stop)


def _check_reader(message: Message, reader: User, now: datetime) -> None:
    """Raises what keeps a message from this reader now."""
    kind = KINDS[message.kind]
    if message.looked_at is not None:
        raise _NotSentError(Message.State.WITHDRAWN, "They have looked at it.")
    if not User.objects.filter(pk=reader.pk).mailable().exists():
        raise _NotSentError(Message.State.WITHDRAWN, "They can no longer sign in.")
    soon = soon_of([reader.pk], kind).get(reader.pk, MailChoice.Soon.AT_ONCE)
    if soon == MailChoice.Soon.NEVER:
        raise _NotSentError(Message.State.WITHDRAWN, "They turned off e-mails of this kind.")
    if soon == MailChoice.Soon.DIGEST and not kind.is_digest:
        raise _NotSentError(Message.State.DIGEST, "")
    zone = zone_of(reader)
    waking = now if soon == MailChoice.Soon.ALWAYS else next_waking(now, zone)
    if waking > now:
        raise _LaterError(waking)
    today = midnight(now, zone)
    left = Message.objects.filter(recipient=reader, state=Message.State.SENT, ended_at__gte=today)
    left = left.exclude(event=None).exclude(reason=SAID_IN_DIGEST)
    is_exempt = kind.is_help or kind.is_digest
    if not is_exempt and left.count() >= AT_MOST_A_DAY and not kind.is_correction(message):
        if without_summary([reader.pk]):
            raise _LaterError(next_waking(today + timedelta(days=1), zone))
        raise _NotSentError(Message.State.DIGEST, "")
