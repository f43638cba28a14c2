from collections.abc import Iterator
from typing import Any

import pytest

from people.models import User
from tests.conftest import NOW, Cast
from tests.mail_server import MailServer, mail_server


@pytest.fixture
def all_have_signed_in(cast: Cast) -> None:
    """People who never signed in are told nothing."""
    User.objects.update(last_login=NOW)


@pytest.fixture
def server(settings: Any) -> Iterator[MailServer]:
    """A real mail server, to which mails go."""
    with mail_server() as running:
        options = {"host": "127.0.0.1", "port": running.port, "timeout": 2}
        backend = "django.core.mail.backends.smtp.EmailBackend"
        settings.MAILERS = {"default": {"BACKEND": backend, "OPTIONS": options}}
        yield running
