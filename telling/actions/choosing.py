from people.models import MailChoice, User


def choose(*, person: User, kind: str, soon: str) -> None:
    """Keep how soon the person wants to hear of this kind. What waits already follows when it is sent."""
    MailChoice.objects.update_or_create(person=person, kind=kind, defaults={"soon": soon})
