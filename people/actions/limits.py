"""Limits on deeds that cost others work or mail."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from math import ceil

from django.db import transaction
from django.db.models import F, Model
from django.db.models.functions import Least

from lib.refusals import Refused
from people.audit import note
from people.models import TokenBucket

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many `within` that time. `refusal` says what was too much; how long to wait is added to it."""

    name: str
    most: int
    refusal: str
    # The key of a count: the id of one of these, or a digest.
    of: str = "person"
    within: timedelta = _HOUR
    # So many of them are for who may take them alone.
    kept: int = 0


# A limit, and whose it is: an id, or a digest.
type Count = tuple[Limit, str]


ASKS = Limit("asks", 60, "You asked 60 questions within an hour, the most allowed.")
ANSWERS = Limit("answers", 60, "You gave 60 answers within an hour, the most allowed.")
PICTURES = Limit("pictures", 20, "You added 20 pictures within an hour, the most allowed.")
MAILS = Limit("mails", 500, "You caused 500 e-mails within an hour, the most allowed.")
INVITATIONS = Limit("invitations", 60, "You resent 60 invitations within an hour, the most allowed.")
# Of an address, whoever sends them, and whatever became of the earlier ones.
INVITATIONS_TO_ONE = Limit(
    "invited", 3, "They got three invitations within an hour, the most allowed.", "an address"
)
SPREADSHEETS = Limit(
    "spreadsheets", 60, "This was read 60 times within an hour, the most allowed.", "spreadsheet address"
)
LINKS = Limit("links", 10, "You fetched 10 sheets by their address within an hour, the most allowed.")


@transaction.atomic
def spend_invitation(*, to: str, at: datetime) -> None:
    """Count that an invitation is mailed to this address.

    Raises:
        Refused: no further one may be mailed to it now.
    """
    _spend(INVITATIONS_TO_ONE, hidden(to), at, 1)


def check_invitation(*, to: str, at: datetime) -> None:
    """Count nothing.

    Raises:
        Refused: no further invitation may be mailed to this address now.
    """
    limit = INVITATIONS_TO_ONE
    bucket = TokenBucket.objects.filter(key=f"{limit.name} {hidden(to)}").first()
    if bucket is not None:
        _left(limit, bucket, at, 1)


def hidden(address: str) -> str:
    # The address itself is no business of the table, which outlives accounts.
    return sha256(address.strip().lower().encode()).hexdigest()


@transaction.atomic
def spend_each(counts: Collection[Count], *, at: datetime, may_take_kept: bool = False) -> None:
    """Count one in each of these, or in none.

    Raises:
        Refused: one of them is used up.
    """
    for limit, whose in counts:
        _spend(limit, whose, at, 1, kept=0 if may_take_kept else limit.kept)


def give_back(counts: Collection[Count]) -> None:
    """Count one less in each of these."""
    for limit, whose in counts:
        bucket = TokenBucket.objects.filter(key=f"{limit.name} {whose}")
        bucket.update(tokens=Least(F("tokens") + 1.0, float(limit.most)))


def spend(limit: Limit, *, by: Model, at: datetime, number: int = 1) -> None:
    """Count, in the transaction that does it, that a person, or what the limit is of, did something so many times.

    More than the limit at once is possible for who did nothing else within an hour.

    Raises:
        Refused: it may not be done now.
    """
    _spend(limit, str(by.pk), at, number)


def _spend(limit: Limit, whose: str, at: datetime, number: int, *, kept: int = 0) -> None:
    number = min(number, limit.most)
    begun = {"tokens": limit.most - number, "filled_at": at}
    bucket, is_new = TokenBucket.objects.select_for_update().get_or_create(
        key=f"{limit.name} {whose}", defaults=begun
    )
    if is_new:
        return
    bucket.tokens, bucket.filled_at = _left(limit, bucket, at, number, kept), max(at, bucket.filled_at)
    bucket.save(update_fields=["tokens", "filled_at"])


def _left(limit: Limit, bucket: TokenBucket, at: datetime, number: int, kept: int = 0) -> float:
    filled = bucket.tokens + max(at - bucket.filled_at, timedelta()) / limit.within * limit.most
    left = min(filled, limit.most) - number
    if left < kept:
        whose = bucket.key.split()[-1]
        note(f"reached the limit of {limit.name}, of {limit.of}{f' {whose}' if whose.isdecimal() else ''}")
        minutes = ceil((kept - left) / limit.most * (limit.within / timedelta(minutes=1)))
        raise Refused(f"{limit.refusal} Try again in {minutes} minute{'' if minutes == 1 else 's'}.")
    return left
