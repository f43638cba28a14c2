"""Proof that the mailbox of an account is its holder's, and what waits for it (docs/decisions/0020)."""

from collections.abc import Collection
from functools import partial
from itertools import batched

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from people.actions.accounts import invite_many
from people.actions.holders import put_out
from people.audit import note
from people.models import Invitation, User
from people.models.user import UserQuerySet

_IN_A_QUERY = 1_000


def unproven() -> UserQuerySet:
    """Return people who accepted an invitation by a copied link, and have answered no mail since."""
    accepted = Invitation.objects.filter(person=OuterRef("pk"), accepted_at__isnull=False)
    proof = EmailAddress.objects.filter(user=OuterRef("pk"), email__iexact=OuterRef("email"), verified=True)
    people: UserQuerySet = User.objects.filter(Exists(accepted), ~Exists(proof))
    return people


@transaction.atomic(savepoint=False)
def require_proof(*, people: Collection[int], by: User | None) -> None:
    """Call before `by` gives these people (ids) a role, which must not fall to who copied a link of somebody else.

    Links that others could have copied stop working; mailed ones go on. An account that was taken by a copied link is
    closed until its mailbox answers; it is invited again, by mail.
    """
    closed: list[User] = []
    for batch in batched(people, _IN_A_QUERY):
        # Locked: who accepts one at this moment is seen below, or refused.
        of_others = Invitation.objects.filter(person__in=batch).exclude(invited_by=by)
        invited = list(of_others.select_for_update().order_by("pk").values_list("pk", flat=True))
        if not invited:
            continue
        of_others.filter(accepted_at=None, revoked_at=None).update(is_mail_only=True)
        taken = of_others.filter(person=OuterRef("pk"), accepted_at__isnull=False)
        for person in unproven().filter(Exists(taken)).select_for_update(of=("self",)):
            _close(person)
            closed.append(person)
    if closed and by is not None:
        invite_many(people=closed, by=by, at=timezone.now())


def _close(person: User) -> None:
    """Put out whoever holds it. Its person can be invited by mail, or sign in with a code."""
    put_out(person)
    person.last_login = None
    person.save(update_fields=["last_login"])
    person.invitations.update(is_mail_only=True)
    transaction.on_commit(
        partial(note, f"closed the account of person {person.pk} until its mailbox answers")
    )


def remove_other_addresses(person: User) -> None:
    """An address that somebody else has corrected was not proved by a mail to the one before."""
    EmailAddress.objects.filter(user=person).exclude(email=person.email).delete()


@transaction.atomic
def prove_address(person: User, *, keeps_password: bool = False) -> None:
    """Note that the mailbox has answered.

    Args:
        keeps_password: the one who answered chose the password. Otherwise one that was set by a copied link is
            removed: it need not be theirs.
    """
    if unproven().filter(pk=person.pk).exists():
        put_out(person, keeps_password=keeps_password)
    EmailAddress.objects.filter(user=person, primary=True).exclude(email=person.email).update(primary=False)
    EmailAddress.objects.update_or_create(
        user=person, email=person.email, defaults={"verified": True, "primary": True}
    )
