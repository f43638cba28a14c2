import json
from collections.abc import Collection
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.dispatch import Signal
from django.forms import model_to_dict

from people.actions.holders import put_out
from people.erased import note_erasure
from people.forgetting import Names, forget, passages_about
from people.models import KeptPassage, Message, User

# Sent with `names`, `changed` and `at`, for what apps above keep of the texts of rows: an index, a copy.
forgotten = Signal()


@transaction.atomic
def anonymise(
    *, person: User, at: datetime, keys: Collection[str] = (), kept_because: str = "", by: User | None = None
) -> User:
    """Permanently remove a person's name, address and sign-in, what is their own, and the passages with these keys.

    The row is not deleted, because progress, check-ins and questions refer to it. Of the passages that are kept, it is
    noted where they stand, and why.
    """
    person = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    names = Names(person)
    passages = passages_about(person, names)
    changed = forget(person, names, [passage for passage in passages if passage.key in keys], at)
    Message.objects.filter(address__iexact=person.email).delete()
    _end_sessions(person, names)
    EmailAddress.objects.filter(user=person).delete()
    before = _as_kept(person)
    put_out(person)
    person.name, person.email = names.new_name, names.new_email
    # Of two former people the first word would be the same.
    person.short_name, person.time_zone = names.new_name, ""
    person.is_active = person.is_staff = person.is_superuser = False
    person.user_permissions.clear()
    person.groups.clear()
    person.anonymised_at = at
    person.save()
    changed[User, person.pk] = {name: (before[name], new) for name, new in _as_kept(person).items()}
    forgotten.send(sender=User, names=names, changed=changed, at=at)
    kept_because = names.cleaned(kept_because, also_common=True)[:300]
    KeptPassage.objects.bulk_create(
        KeptPassage(
            person=person,
            where=names.cleaned(passage.where, also_common=True)[:300],
            reason=kept_because,
            kept_at=at,
            kept_by=by,
        )
        for passage in passages
        if passage.key not in keys
    )
    chosen = [passage.key for passage in passages if passage.key in keys]
    note_erasure(person, at, keys=chosen, kept_because=kept_because, by=by and by.pk)
    return person


def _end_sessions(person: User, names: Names) -> None:
    """Their sessions, over or not, and who began to sign in with their address."""
    UserSession.objects.filter(user=person).delete()
    for session in Session.objects.iterator():
        kept = session.get_decoded()
        if kept.get("_auth_user_id") == str(person.pk) or names.sure.search(
            json.dumps(kept, ensure_ascii=False)
        ):
            session.delete()


def _as_kept(person: User) -> dict[str, Any]:
    return {**model_to_dict(person), "name_key": person.name_key}
