from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from people.models import Event, Hold, Message, User
from people.outbox import mail_account
from telling.actions.channels import add_channel, try_channel
from tests.conftest import NOW, Cast
from tests.mails import deliver
from tests.messages import told
from tracker.actions.progress import mark

pytestmark = pytest.mark.usefixtures("all_have_signed_in")
URL = "/outbox/"


@pytest.fixture
def operator(db: None) -> Client:
    browser = Client()
    browser.force_login(User.objects.create_superuser("boss@example.com", name="Boss"))
    return browser


@pytest.fixture
def failed(cast: Cast) -> Message:
    """A cry for help that a mail server refused, and a code that waits."""
    bruno = cast.person("bruno")
    mark(enrolment=cast.enrolment("bruno"), milestone=cast.milestones[1], state="need_help", by=bruno, at=NOW)
    deliver()
    message = Message.objects.get()
    message.end(Message.State.FAILED, at=NOW, reason="550 no such mailbox")
    mail_account(person=bruno, address=bruno.email, subject="Your code", body="AAAA-BBBB", at=NOW)
    return message


def act(browser: Client, name: str, message: Message) -> str:
    return told(browser.post(reverse(f"telling:{name}", args=[message.pk])))[-1]


def test_operators_see_what_waits_and_why_it_failed_but_no_words(operator: Client, failed: Message) -> None:
    page = operator.get(URL).content.decode()
    assert "Codes, links and notices of accounts" in page
    assert "Bruno Sá · 16 September 10:00" in " ".join(page.split())
    assert "AAAA-BBBB" not in page
    page = operator.get(f"{URL}?state=failed").content.decode()
    for words in (
        "Somebody in my group needs help",
        "Marta Pires",
        "550 no such mailbox",
        "Try again",
    ):
        assert words in page
    assert "Prompt engineering" not in page
    assert 'href="/outbox/"' in operator.get("/account/").content.decode()


def test_what_failed_is_tried_again_and_is_counted_as_sent(operator: Client, failed: Message) -> None:
    assert act(operator, "message-again", failed) == "It will be sent again within seconds."
    assert [mail.to for mail in deliver()] == [["bruno@example.com"], ["marta@example.com"]]
    page = operator.get(f"{URL}?state=sent").content.decode()
    assert '<span class="grow">Somebody in my group needs help</span>1</li>' in page
    assert act(operator, "message-again", failed) == "This message did not fail."


def test_what_waits_is_removed_and_codes_are_gone_then(operator: Client, failed: Message) -> None:
    code = Message.objects.get(kind="account")
    assert act(operator, "message-remove", code) == "Removed: it will not be sent."
    assert deliver() == []
    code.refresh_from_db()
    assert (code.state, code.body) == ("dropped", "")
    assert act(operator, "message-again", code).startswith("Codes and links are not kept.")
    assert act(operator, "message-remove", code) == "This message is not waiting."


def test_an_event_that_nobody_could_sort_is_listed(operator: Client, cast: Cast) -> None:
    Event.objects.create(kind="help_needed", ids={"nothing": 1}, at=NOW)
    assert deliver() == []
    assert "KeyError" in operator.get(URL).content.decode()


def test_outbox_takes_constant_queries(
    operator: Client, cast: Cast, failed: Message, django_assert_num_queries: Any
) -> None:
    for _ in range(2):
        # One asks whether the database was restored, one for the course of somebody without a role.
        with django_assert_num_queries(11):
            operator.get(URL)
        for n in range(30):
            mail_account(person=cast.marta, address=f"{n}@example.com", subject="Code", body="A", at=NOW)


def test_operators_see_posts_into_a_chat_by_the_host_alone(operator: Client, cast: Cast) -> None:
    address = "https://hooks.example.com/SECRET-PATH"
    channel = add_channel(of=cast.clover, service="slack", address=address, news=[], by=cast.marta, at=NOW)
    try_channel(channel=channel, at=NOW)
    page = " ".join(operator.get(URL).text.split())
    assert "Posts into Slack or Mattermost" in page
    assert "Slack at hooks.example.com · 16 September" in page
    assert "SECRET-PATH" not in page


def test_the_page_says_the_version_the_newest_backup_and_that_nothing_is_sent(
    operator: Client, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def page() -> str:
        return " ".join(operator.get(URL).content.decode().split())

    monkeypatch.setattr("lib.version.commit", lambda: "01234567")
    assert f"Version {settings.VERSION}, commit 01234567. No nightly backup is set up." in page()
    assert "Nothing is sent" not in page()
    settings.BACKUP_DIR = tmp_path
    (tmp_path / "trefoil-2026-09-14.zip").touch()
    (tmp_path / "trefoil-2026-09-15.zip").write_bytes(b"0" * 2048)
    Hold.objects.create(restored_at=NOW, backup_at=NOW)
    assert "The newest backup is of 15 September 2026, 2.0 KB." in page()
    assert "Nothing is sent or fetched: the database was restored on 16 September 10:00" in page()
