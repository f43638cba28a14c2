"""A changed address: the mailbox of the one before is told, and may take the account back for a week."""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import signing
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

from lib.refusals import Refused
from people.actions.holders import put_out
from people.models import AddressChange, User
from people.models.address_change import ADDRESS_UNDONE_WITHIN
from people.outbox import mail_account

_SALT = "people.address"


def tell_of_change(*, person: User, before: str, at: datetime) -> None:
    """Mail the address before how to take the account back."""
    change = AddressChange.objects.create(person=person, before=before, changed_at=at)
    token = signing.dumps(change.pk, salt=_SALT)
    context = {
        "person": person,
        "link": f"{settings.SITE_URL}{reverse('people:address-change-undo', args=[token])}",
        "until": at + ADDRESS_UNDONE_WITHIN,
    }
    if settings.SENDS_MAIL:
        mail_account(
            person=person,
            address=before,
            subject="Your Trefoil e-mail address was changed",
            body=render_to_string("people/email/address_changed.txt", context),
            at=at,
        )


def change_of(token: str, *, at: datetime) -> AddressChange:
    """Return the change that a link undoes.

    Raises:
        Refused: it is invalid, older than a week, or was undone, or another account has the address now.
    """
    try:
        pk = signing.loads(token, salt=_SALT)
    except signing.BadSignature as error:
        raise Refused("This link is incomplete. Copy the whole link from the e-mail.") from error
    change = AddressChange.objects.open(at).select_related("person").filter(pk=pk).first()
    if change is None or not change.person.is_active:
        raise Refused("This link is over a week old, or was used before. Ask a site admin.")
    if User.objects.filter(email__iexact=change.before).exclude(pk=change.person_id).exists():
        raise Refused("Another account has this address now. Ask a site admin.")
    return change


@transaction.atomic
def undo_address_change(*, token: str, at: datetime) -> User:
    """Give the account its address back, and end its password, sessions and providers, which a stranger may have.

    Raises:
        Refused: see `change_of`.
    """
    change = change_of(token, at=at)
    person: User = User.objects.select_for_update().get(pk=change.person_id)
    # Links of later changes went to mailboxes of who should not have the account.
    person.address_changes.filter(changed_at__gte=change.changed_at).update(taken_back_at=at)
    person.email = change.before
    person.save(update_fields=["email"])
    # A second factor from before stays: who reads the mailbox of before may be why the address was changed.
    put_out(person, keeps_factors_before=change.changed_at)
    EmailAddress.objects.filter(user=person).delete()
    # The link came to this mailbox.
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person
