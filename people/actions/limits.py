"""How often somebody may do in an hour what costs others: work to read it, or mail."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from people.audit import note
from people.models import TokenBucket, User

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Limit:
    """`an_hour` of these at most. `refusal` says what was too much; how long to wait is added to it."""

    name: str
    an_hour: int
    refusal: str


ASKS = Limit("asks", 60, "You asked 60 questions within an hour, which is the most.")
ANSWERS = Limit("answers", 60, "You gave 60 answers within an hour, which is the most.")
MAILS = Limit("mails", 500, "What you did within an hour caused 500 mails, which is the most.")
INVITATIONS = Limit("invitations", 60, "You sent 60 invitations again within an hour, which is the most.")
INVITATIONS_OF_ONE = Limit(
    "invited", 3, "They were sent three invitations within an hour, which is the most."
)


class TooOftenError(Exception):
    """The limit is reached. The message says so, and when to try again."""


def spend(limit: Limit, *, by: User, at: datetime, number: int = 1) -> None:
    """Count, in the transaction that does it, that a person did something so many times.

    More than the limit at once is possible for who did nothing else within an hour.

    Args:
        by: who does it; of `INVITATIONS_OF_ONE`, to whom it is done.

    Raises:
        TooOftenError: the person may not do it now.
    """
    number = min(number, limit.an_hour)
    begun = {"tokens": limit.an_hour - number, "filled_at": at}
    bucket, is_new = TokenBucket.objects.select_for_update().get_or_create(
        key=f"{limit.name} {by.pk}", defaults=begun
    )
    if is_new:
        return
    filled = bucket.tokens + max(at - bucket.filled_at, timedelta()) / _HOUR * limit.an_hour
    left = min(filled, limit.an_hour) - number
    if left < 0:
        note(f"reached the limit of {limit.name}, of person {by.pk}")
        minutes = ceil(-left / limit.an_hour * 60)
        raise TooOftenError(f"{limit.refusal} Try again in {minutes} minute{'' if minutes == 1 else 's'}.")
    bucket.tokens, bucket.filled_at = left, max(at, bucket.filled_at)
    bucket.save(update_fields=["tokens", "filled_at"])
