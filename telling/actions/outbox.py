"""Actions of site admins on messages."""

from datetime import datetime

from django.db import transaction

from lib.refusals import Refused
from people.models import Message


@transaction.atomic
def try_again(*, message: Message, at: datetime) -> None:
    """Let a message that failed or was removed wait again, and be sent by the next round.

    Raises:
        Refused: it did not fail, or it was a mail of an account, of which nothing is left.
    """
    message = Message.objects.select_for_update().get(pk=message.pk)
    if message.state not in (Message.State.FAILED, Message.State.DROPPED):
        raise Refused("This message did not fail.")
    if message.event_id is None:
        raise Refused("Codes and links are not kept. The person can request a new one.")
    message.state, message.ended_at, message.reason = Message.State.WAITING, None, ""
    message.due_at = message.try_at = at
    message.tries, message.is_again = 0, False
    message.save()


@transaction.atomic
def remove_message(*, message: Message, at: datetime) -> None:
    """Do not send a message that waits.

    Raises:
        Refused: it does not wait, or is being sent at this moment.
    """
    message = Message.objects.select_for_update().get(pk=message.pk)
    if not message.may_be_removed:
        raise Refused("This message is not waiting.")
    message.end(Message.State.DROPPED, at=at, reason="A site admin removed it.")
