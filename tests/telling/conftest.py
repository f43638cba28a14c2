from collections.abc import Iterator
from typing import Any

import pytest

from people.models import MailChoice, User
from telling.kinds import KINDS
from tests.conftest import NOW, Cast
from tests.mail_server import MailServer, mail_server


@pytest.fixture
def all_have_signed_in(cast: Cast) -> None:
    """People who never signed in are told nothing."""
    User.objects.update(last_login=NOW)


@pytest.fixture
def all_hear_at_once(all_have_signed_in: None) -> None:
    """Everybody has chosen to hear at once also of what is not urgent."""
    MailChoice.objects.bulk_create(
        MailChoice(person=person, kind=kind.name, soon=MailChoice.Soon.AT_ONCE)
        for person in User.objects.all()
        for kind in KINDS.values()
        if not kind.is_digest
    )


@pytest.fixture
def server(settings: Any) -> Iterator[MailServer]:
    """A real mail server, to which mails go."""
    with mail_server() as running:
        options = {"host": "127.0.0.1", "port": running.port, "timeout": 2}
        backend = "django.core.mail.backends.smtp.EmailBackend"
        settings.MAILERS = {"default": {"BACKEND": backend, "OPTIONS": options}}
        yield running
