from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from courses.models import Cohort
from lib.keys import digest_of, new_key
from people.actions.limits import SPREADSHEETS, spend
from people.audit import note, record
from people.models import Deed, User
from sheets.models import SheetAddress


def renew_address(*, cohort: Cohort, kind: str, by: User, at: datetime) -> str:
    """Make an address: the person's one of this kind before leads nowhere. Return its key, kept nowhere."""
    key = new_key()
    made = {"digest": digest_of(key), "made_at": at, "read_on": None}
    SheetAddress.objects.update_or_create(cohort=cohort, person=by, kind=kind, defaults=made)
    done = f"made an address for spreadsheets of {{thing}}: {kind}"
    record(Deed.Kind.ADDRESS, done, thing=cohort, by=by, at=at)
    return key


@transaction.atomic
def note_reading(*, address: SheetAddress, at: datetime) -> None:
    """Count it, and write a line a day into the log.

    Raises:
        Refused: it may not be read now.
    """
    spend(SPREADSHEETS, by=address, at=at)
    today = address.cohort.today(at)
    before = SheetAddress.objects.filter(Q(read_on=None) | Q(read_on__lt=today), pk=address.pk)
    if before.update(read_on=today):
        note(
            f"read spreadsheet address {address.pk}, {address.kind} of cohort {address.cohort_id}, of person"
            f" {address.person_id}: today's first"
        )


def end_addresses(*, person: User, **kwargs: Any) -> None:
    """They were made by somebody else than the owner of the account."""
    SheetAddress.objects.filter(person=person).delete()
