import runpy

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse

from config.mail import NoMailBackend, PatientSmtpBackend
from groups.models import Enrolment
from people.actions.accounts import invite_many
from tests.conftest import NOW, Cast, SignIn
from tests.mail_server import mail_server
from tests.messages import told
from tracker.actions.mailing_invitations import send_waiting_invitations

NONE = {"default": {"BACKEND": "config.mail.NoMailBackend"}}
MESSAGE = EmailMessage("Your invitation", "Come in.", "trefoil@example.org", ["vera@example.org"])


def test_without_a_mail_server_nothing_is_sent_or_written_in_production(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(OSError, match="No mail server is set"):
        NoMailBackend().send_messages([MESSAGE])
    assert capsys.readouterr().out == ""


def test_a_server_that_examines_a_mail_for_long_is_waited_for() -> None:
    """A client that hangs up after the mail was handed over, and sends it again, sends it twice."""
    with mail_server() as server:
        server.delay = 0.3
        options = {"host": "127.0.0.1", "port": server.port, "timeout": 0.2, "alias": "default"}
        assert PatientSmtpBackend(**options).send_messages([MESSAGE]) == 1
        assert len(server.mails) == 1


@pytest.mark.parametrize(
    ("debug", "url", "backend", "sends"),
    [
        ("1", "", "django.core.mail.backends.filebased.EmailBackend", True),
        ("0", "", "config.mail.NoMailBackend", False),
        ("0", "smtp://mail.example.org:25", "config.mail.PatientSmtpBackend", True),
    ],
)
def test_where_mails_go(
    debug: str, url: str, backend: str, sends: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = "a key that is long and has many different characters: 0123456789"
    values = {"DEBUG": debug, "SECRET_KEY": key, "ALLOWED_HOSTS": "trefoil.example", "EMAIL_URL": url}
    values["DEFAULT_FROM_EMAIL"] = "Trefoil <trefoil@example.org>"
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    settings = runpy.run_path("config/settings.py")
    assert (settings["MAILERS"]["default"]["BACKEND"], settings["SENDS_MAIL"]) == (backend, sends)


@pytest.fixture
def no_mail(settings) -> None:
    settings.SENDS_MAIL, settings.MAILERS = False, NONE


def test_invitations_do_not_pretend_to_be_sent(cast: Cast, as_: SignIn, no_mail: None) -> None:
    ines = as_("ines")
    url = reverse("groups:invite-several", args=[cast.cohort.pk])
    assert "no mail server is set" in ines.get(url).content.decode()
    said = "Trefoil cannot send e-mail here: copy the links of their invitations instead."
    assert told(ines.post(url)) == [said]
    one = {"name": "Ivo", "email": "ivo@example.com", "started_on": "2026-09-14"}
    told_of_one = told(ines.post(reverse("tracker:enrol", args=[cast.cohort.pk]), one))[-1]
    assert told_of_one.endswith("The invitation to ivo@example.com could not be sent. Copy its link instead.")
    assert Enrolment.objects.filter(person__email="ivo@example.com").exists()
    assert invite_many(people=[cast.person("ana")], by=cast.ines, at=NOW)[1] == 0
    assert (send_waiting_invitations(NOW), mail.outbox) == ("", [])


def test_who_has_a_password_signs_in_without_a_mail_server(cast: Cast, client: Client, no_mail: None) -> None:
    ana = cast.person("ana")
    ana.set_password("three words in")
    ana.save()
    client.post(reverse("account_login"), {"login": ana.email, "password": "three words in"})
    assert "_auth_user_id" in client.session


@pytest.mark.urls("tests.config.urls_without_mail")
@pytest.mark.parametrize("path", ["/account/login/code/", "/account/password/reset/"])
def test_pages_that_would_send_a_code_say_that_there_is_no_mail(
    cast: Cast, client: Client, no_mail: None, path: str
) -> None:
    for answer in (client.get(path), client.post(path, {"email": "ana@example.com"})):
        assert answer.status_code == 404
        assert "Ask a site admin to set a password for you" in answer.content.decode()
