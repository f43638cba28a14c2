from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.hashers import make_password

from people.actions.invitations import has_signed_in
from people.models import Invitation, User

_BATCH = 500


def make_accounts(*, people: Sequence[User], at: datetime) -> list[User]:
    """Save people who have no account yet, without a password or an invitation."""
    for person in people:
        person.email = person.email.strip().lower()
        person.password, person.date_joined = make_password(None), at
    made: list[User] = User.objects.bulk_create(people, batch_size=_BATCH)
    return made


def invite_many(*, people: Sequence[User], by: User, at: datetime) -> list[Invitation]:
    """Invite people who have never signed in and have no open invitation. The caller sends the invitations."""
    waiting = set(
        Invitation.objects.filter(accepted_at=None, revoked_at=None, person__in=people).values_list(
            "person", flat=True
        )
        if len(people) <= _BATCH
        else Invitation.objects.filter(accepted_at=None, revoked_at=None).values_list("person", flat=True)
    )
    expires_at = at + timedelta(days=settings.INVITATION_DAYS)
    return Invitation.objects.bulk_create(
        (
            Invitation(person=person, invited_by=by, invited_at=at, expires_at=expires_at)
            for person in people
            if person.is_active and not has_signed_in(person) and person.pk not in waiting
        ),
        batch_size=_BATCH,
    )
