"""Make an installation in the empty database of DATABASE_URL: migrated, with people, and with mails that wait.

A script. Its tables are made from the models, which takes a tenth of the time of all migrations.
"""

from datetime import UTC, datetime, timedelta

import django
import time_machine
from django.conf import settings
from django.core.management import call_command

NOW = datetime(2026, 9, 16, 10, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


class _None(dict[str, None]):
    def __contains__(self, name: object) -> bool:
        return True

    def __missing__(self, name: str) -> None:
        return None


def main() -> None:
    migrations, settings.MIGRATION_MODULES = settings.MIGRATION_MODULES, _None()
    django.setup()
    call_command("migrate", run_syncdb=True, verbosity=0)
    settings.MIGRATION_MODULES = migrations
    call_command("migrate", fake=True, verbosity=0)
    call_command("createcachetable", verbosity=0)

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
