"""A script: make an installation in the empty database of DATABASE_URL, with people, and with mails that wait."""

from datetime import UTC, datetime, timedelta

import django
import time_machine
from django.core.management import call_command

NOW = datetime(2026, 9, 16, 10, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def main() -> None:
    django.setup()
    call_command("migrate", verbosity=0)

    from django.contrib.sessions.models import Session

    from people.actions.accounts import invite_many
    from people.models import Event, Message
    from people.outbox import mail_account
    from tests.conftest import make_cast
    from tests.factories.questions import QuestionFactory

    cast = make_cast()
    dalia, emre = cast.person("dalia"), cast.person("emre")
    QuestionFactory.create(
        pk=1, membership=cast.ana, title="Why does Ana Ruivo use Docker?", detail="I have seen it."
    )
    mail_account(person=dalia, address=dalia.email, subject="Your code", body="AAAA-BBBB", at=NOW)
    event = Event.objects.create(kind="answer", at=NOW, told_at=NOW)
    Message.objects.create(
        recipient=emre, kind="answer", event=event, state="digest", made_at=NOW, due_at=NOW, try_at=NOW
    )
    Event.objects.create(kind="question_asked", ids={"ask": 1}, at=NOW)
    invite_many(people=[cast.person("chidi")], by=cast.ines, at=NOW)
    Session.objects.create(session_key="of-ana", session_data="", expire_date=NOW + HOUR)


if __name__ == "__main__":
    with time_machine.travel(NOW):
        main()
