import json
from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q

from people.forgetting import Forgotten, cleaned, cleaning, forget_everywhere, mention
from people.models import User


@transaction.atomic
def anonymise(*, person: User, at: datetime) -> User:
    """Permanently remove a person's name, address and sign-in.

    The row is not deleted, because progress, check-ins and questions refer to it.
    """
    person = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    name, email = person.name, person.email
    person.name = f"Former person {person.pk}"
    person.email = f"former-{person.pk}@invalid.example"
    person.short_name = person.time_zone = ""
    person.is_active = person.is_staff = person.is_superuser = False
    person.set_unusable_password()
    person.anonymised_at = at
    person.save()
    person.invitations.all().delete()
    person.address_changes.all().delete()
    person.messages.all().delete()
    UserSession.objects.filter(user=person).delete()
    EmailAddress.objects.filter(user=person).delete()
    for session in Session.objects.filter(expire_date__gt=at).iterator():
        if session.get_decoded().get("_auth_user_id") == str(person.pk):
            session.delete()
    forgotten = Forgotten(person.pk, name, email, person.name, person.email)
    _forget_in_log(forgotten)
    forget_everywhere(forgotten)
    return person


def _forget_in_log(person: Forgotten) -> None:
    """The log of the Django admin names rows as they were called, and what changed in them as JSON."""
    clean = cleaning(person)
    escaped = {json.dumps(text)[1:-1] for text in (person.name, person.email) if text}
    own = Q(content_type=ContentType.objects.get_for_model(User), object_id=str(person.id))
    for text in escaped:
        own |= Q(change_message__icontains=text)
    for entry in LogEntry.objects.filter(own | mention(person, "object_repr", "change_message")).iterator():
        is_own = entry.object_id == str(
            person.id
        ) and entry.content_type == ContentType.objects.get_for_model(User)
        entry.object_repr = person.new_name if is_own else clean(entry.object_repr)[:200]
        try:
            entry.change_message = json.dumps(cleaned(json.loads(entry.change_message), clean))
        except ValueError:
            entry.change_message = clean(entry.change_message)
        entry.save(update_fields=["object_repr", "change_message"])
