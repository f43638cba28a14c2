"""From a cry for help to the answer: by a worker and a mail server, each in the real time."""

import re
from email.message import EmailMessage

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from people.models import MailChoice, Message, User
from tests.browser.conftest import PageAs
from tests.browser.workers import until, worker
from tests.conftest import Cast
from tests.mail_server import MailServer, mail_server

pytestmark = pytest.mark.browser
# Seconds from a click to the mail, on a machine that does much else meanwhile; the worker runs by then.
WITHIN = 20


def mails_about(words: str, mail: MailServer, address: str) -> list[EmailMessage]:
    """The mails with these words in their subject, at least one. Others come on some days: what is due, for one."""
    found: list[EmailMessage] = []

    def has_come() -> bool:
        found[:] = [one for one in mail.mails if one["To"] == address and words in one["Subject"]]
        return bool(found)

    until(has_come, WITHIN)
    return found


def link_in(mail: EmailMessage, live_server: LiveServer) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    (first, *_) = re.findall(rf"{re.escape(live_server.url)}(/\S+)", body.get_content())
    return first


def needs_help(page: Page, cast: Cast, milestone: int) -> None:
    page.goto(
        reverse("tracker:week", args=[cast.clover.pk], query={"milestone": cast.milestones[milestone].pk})
    )
    page.get_by_role("button", name="Need help").first.click()
    page.get_by_role("button", name="Tell Marta").click()
    expect(page.locator("#messages")).to_contain_text("You need help with")


def test_cry_for_help_reaches_the_mentor_and_the_answer_the_student(
    cast: Cast, page_as: PageAs, live_server: LiveServer
) -> None:
    User.objects.update(last_login=timezone.now())
    # At any hour.
    for name, kind in (("marta", "help"), ("bruno", "answer")):
        MailChoice.objects.create(person=cast.person(name), kind=kind, soon="always")
    with mail_server() as mail, worker(mail, site_url=live_server.url):
        bruno, marta = page_as("bruno"), page_as("marta")
        needs_help(bruno, cast, 1)
        (cry,) = mails_about("needs help", mail, "marta@example.com")
        assert cry["Subject"] == "Bruno needs help with Prompt engineering"
        assert cry["Reply-To"] == "Bruno Sá <bruno@example.com>"
        # The second cry is no second mail: she has not looked yet.
        needs_help(bruno, cast, 2)
        until(lambda: Message.objects.filter(kind="help").count() == 2, WITHIN)
        marta.goto(link_in(cry, live_server))
        marta.get_by_label("Help with").select_option(label="Prompt engineering")
        marta.get_by_label("Your answer").fill("Use the **other** key.")
        marta.get_by_role("button", name="Send the answer").click()
        expect(marta.get_by_role("heading", name="Help with Prompt engineering")).to_be_visible()
        (answer,) = mails_about("Answered", mail, "bruno@example.com")
        assert answer["Subject"] == "Answered: Help with Prompt engineering"
        bruno.goto(link_in(answer, live_server))
        expect(bruno.get_by_text("Use the other key.")).to_be_visible()
        assert len(mails_about("needs help", mail, "marta@example.com")) == 1
