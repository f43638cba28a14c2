from collections import Counter
from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction
from django.template.loader import render_to_string

from people.models import MailChoice, Message, User
from people.outbox import mail_account
from telling.kinds.digest import DIGEST, NEWS, held
from telling.kinds.help import HELP
from telling.kinds.kind import MailKind
from telling.links import choices_url

SUMMARIES = (NEWS.name, DIGEST.name)


@transaction.atomic
def choose(*, person: User, soon_by_kind: Mapping[str, str], at: datetime) -> None:
    """Keep how soon the person wants to hear of these kinds. Waiting messages follow when they are sent.

    Args:
        soon_by_kind: "" is as usual.
    """
    usual = [kind for kind, soon in soon_by_kind.items() if not soon]
    MailChoice.objects.filter(person=person, kind__in=usual).delete()
    MailChoice.objects.bulk_create(
        (MailChoice(person=person, kind=kind, soon=soon) for kind, soon in soon_by_kind.items() if soon),
        update_conflicts=True,
        unique_fields=["person", "kind"],
        update_fields=["soon"],
    )
    if without_summary([person.pk]):
        held([person.pk]).update(
            state=Message.State.WITHDRAWN, ended_at=at, reason="It waited for a summary that they turned off."
        )


def ends_help(person: User, kind: MailKind) -> bool:
    """Whether requests for help come later or never to who hears less of this kind."""
    return kind.is_help or HELP.name in kept_for(person, kind)


@transaction.atomic
def choose_by_link(*, person: User, kind: MailKind, soon: str, at: datetime) -> None:
    """Choose for whoever has the link, which may be in a mail that was passed on. About help the person is told."""
    before = MailChoice.objects.filter(person=person, kind=kind.name).values_list("soon", flat=True).first()
    choose(person=person, soon_by_kind={kind.name: soon}, at=at)
    if soon != before and ends_help(person, kind):
        how = "only sent in a summary" if soon == MailChoice.Soon.DIGEST else "switched off"
        context = {"person": person, "how": how, "choices_url": choices_url()}
        body = render_to_string("telling/email/help_stopped.txt", context)
        subject = f"E-mails about requests for help are {how}"
        mail_account(person=person, address=person.email, subject=subject, body=body, at=at)


def soon_of(people: Collection[int], kind: MailKind) -> dict[int, str]:
    """Return how soon these people want to hear of the kind, if they chose.

    In the summary of who gets none is never.
    """
    rows = MailChoice.objects.filter(person__in=people, kind__in=[kind.name, *SUMMARIES])
    chosen = {(person, name): soon for person, name, soon in rows.values_list("person", "kind", "soon")}
    soon_by_person = {person: soon for (person, name), soon in chosen.items() if name == kind.name}
    for person, soon in soon_by_person.items():
        if soon == MailChoice.Soon.DIGEST and not any(
            gets(chosen.get((person, summary))) for summary in SUMMARIES
        ):
            soon_by_person[person] = MailChoice.Soon.NEVER
    return soon_by_person


def gets(soon: str | None) -> bool:
    """Whether this choice about a summary, None if there is none, lets it come."""
    return soon != MailChoice.Soon.NEVER


def without_morning(people: Collection[int]) -> set[int]:
    """Return those who want no mail each morning: for them nothing waits until Monday that they did not put off."""
    never = MailChoice.objects.filter(person__in=people, kind=NEWS.name, soon=MailChoice.Soon.NEVER)
    return set(never.values_list("person", flat=True))


def without_summary(people: Collection[int]) -> set[int]:
    """Return those who want neither: for them nothing waits."""
    never = MailChoice.objects.filter(person__in=people, kind__in=SUMMARIES, soon=MailChoice.Soon.NEVER)
    counts = Counter(never.values_list("person", flat=True))
    return {person for person, count in counts.items() if count == len(SUMMARIES)}


def kept_for(person: User, kind: MailKind) -> list[str]:
    """Return the names of the kinds of which the person hears in this summary alone; none for another kind."""
    never = MailChoice.objects.filter(person=person, kind__in=SUMMARIES, soon=MailChoice.Soon.NEVER)
    if not kind.is_digest or not never.exclude(kind=kind.name).exists():
        return []
    rows = MailChoice.objects.filter(person=person, soon=MailChoice.Soon.DIGEST).exclude(kind__in=SUMMARIES)
    return list(rows.values_list("kind", flat=True))
