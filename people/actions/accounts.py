from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import batched

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction

from people.models import Invitation, User

_BATCH = 500


def make_accounts(*, people: Sequence[User], at: datetime) -> list[User]:
    """Save people who have no account yet, without a password or an invitation."""
    for person in people:
        person.email = person.email.strip().lower()
        person.password, person.date_joined = make_password(None), at
    made: list[User] = User.objects.bulk_create(people, batch_size=_BATCH)
    return made


@transaction.atomic
def invite_many(
    *, people: Sequence[User], by: User, at: datetime, waits: timedelta = timedelta()
) -> tuple[list[Invitation], int]:
    """Invite those of the people who are not invited. The background process mails the invitations, if it can.

    An open invitation that was not mailed is mailed as it is, so that a link that was copied goes on.

    Args:
        waits: how long they wait at least, since what they tell of may be undone.

    Returns:
        The new invitations, and how many are to be mailed.
    """
    made: list[Invitation] = []
    count = 0
    queued_at = at + waits if settings.SENDS_MAIL else None
    for batch in batched((person.pk for person in people), _BATCH):
        # Locked, so that nobody is invited twice at once.
        locked = User.objects.select_for_update().filter(pk__in=batch).order_by("pk")
        chosen = [person.pk for person in locked.not_invited(at)]
        count += len(chosen) if settings.SENDS_MAIL else 0
        theirs = Invitation.objects.filter(person__in=chosen, accepted_at=None, revoked_at=None)
        theirs.open(at).update(queued_at=queued_at, tried_at=None, failure="")
        theirs.filter(expires_at__lte=at).update(revoked_at=at)
        queued = set(theirs.values_list("person", flat=True))
        by_mail = Invitation.objects.filter(person__in=chosen, is_mail_only=True)
        mail_only = set(by_mail.values_list("person", flat=True))
        made += Invitation.objects.bulk_create(
            Invitation(
                person_id=pk,
                invited_by=by,
                invited_at=at,
                queued_at=queued_at,
                expires_at=at + timedelta(days=settings.INVITATION_DAYS),
                is_mail_only=pk in mail_only,
            )
            for pk in chosen
            if pk not in queued
        )
    return made, count
