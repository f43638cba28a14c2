from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.template.loader import render_to_string

from people.models import MailChoice, Message, User
from people.outbox import mail_account
from telling.kinds.digest import DIGEST, held
from telling.kinds.help import HELP
from telling.kinds.kind import Kind
from telling.links import choices_url


@transaction.atomic
def choose(*, person: User, kind: str, soon: str, at: datetime) -> None:
    """Keep how soon the person wants to hear of this kind. What waits already follows when it is sent."""
    MailChoice.objects.update_or_create(person=person, kind=kind, defaults={"soon": soon})
    if kind == DIGEST.name and soon == MailChoice.Soon.NEVER:
        held([person.pk]).update(
            state=Message.State.WITHDRAWN, ended_at=at, reason="It waited for the digest, and they want none."
        )


def ends_help(person: User, kind: Kind) -> bool:
    """Whether requests for help come later or never to who hears less of this kind."""
    kept = kept_for_digest(person) if kind.is_digest else []
    return kind.is_help or HELP.name in kept


@transaction.atomic
def choose_by_link(*, person: User, kind: Kind, soon: str, at: datetime) -> None:
    """Choose for whoever has the link, which may be in a mail that was passed on. About help the person is told."""
    before = MailChoice.objects.filter(person=person, kind=kind.name).values_list("soon", flat=True).first()
    choose(person=person, kind=kind.name, soon=soon, at=at)
    if soon != before and ends_help(person, kind):
        how = "only in the digest" if soon == MailChoice.Soon.DIGEST else "no longer"
        context = {"person": person, "how": how, "choices_url": choices_url()}
        body = render_to_string("telling/email/help_stopped.txt", context)
        subject = f"You are told {how} when somebody needs help"
        mail_account(person=person, address=person.email, subject=subject, body=body, at=at)


def soon_of(people: Collection[int], kind: Kind) -> dict[int, str]:
    """Return how soon these people want to hear of the kind, if they chose. One query.

    In the digest of who gets none is never.
    """
    rows = MailChoice.objects.filter(person__in=people, kind__in=[kind.name, DIGEST.name])
    chosen = {(person, name): soon for person, name, soon in rows.values_list("person", "kind", "soon")}
    soon_by_person = {person: soon for (person, name), soon in chosen.items() if name == kind.name}
    for person, soon in soon_by_person.items():
        if soon == MailChoice.Soon.DIGEST and not gets_digest(chosen.get((person, DIGEST.name))):
            soon_by_person[person] = MailChoice.Soon.NEVER
    return soon_by_person


def gets_digest(soon: str | None) -> bool:
    """Whether this choice about the digest, None if there is none, lets it come."""
    return soon != MailChoice.Soon.NEVER


def kept_for_digest(person: User) -> list[str]:
    """Return the names of the kinds that the person wants in the digest."""
    rows = MailChoice.objects.filter(person=person, soon=MailChoice.Soon.DIGEST).exclude(kind=DIGEST.name)
    return list(rows.values_list("kind", flat=True))
