"""Two course admins at one request of a mentor, each in a browser of their own; the mentor gets the answer by mail."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from courses.models import CourseAdmin
from lib.weeks import Week
from people.models import MailChoice, User
from tests.browser.clock import today
from tests.browser.conftest import PageAs
from tests.browser.test_help_in_time import link_in, mails_about
from tests.browser.workers import worker
from tests.conftest import Cast
from tests.factories.people import UserFactory
from tests.factories.tracker import CheckInFactory
from tests.mail_server import mail_server

pytestmark = pytest.mark.browser


def test_two_course_admins_share_the_requests_and_the_mentor_reads_the_answer(
    cast: Cast,
    page_as: PageAs,
    page_of: PageAs,
    live_server: LiveServer,
) -> None:
    person = UserFactory.create(name="Bea Costa", email="bea@example.com")
    CourseAdmin.objects.create(course=cast.course, person=person)
    monday = Week.of(today()).starts_on
    CheckInFactory.create(
        group=cast.clover,
        week_starts_on=monday,
        logged_by=cast.marta,
        request="Could we have a few notebooks in the cloud?",
        requested_at=timezone.now(),
    )
    User.objects.update(last_login=timezone.now())
    # At any hour.
    MailChoice.objects.create(person=cast.marta, kind="request", soon="always")
    with mail_server() as mail, worker(mail, site_url=live_server.url):
        queue = reverse("tracker:request-list", args=[cast.cohort.pk])
        ines, bea, marta = page_as("ines"), page_of(person), page_as("marta")
        for page in (ines, bea):
            page.goto(reverse("tracker:board", args=[cast.cohort.pk]))
            page.locator(f'a[href="{queue}"]:visible').first.click()
            expect(page.get_by_text("Open: nobody has taken it yet")).to_be_visible()

        # Both see it free and take it: the slower is told who was faster.
        ines.get_by_role("button", name=re.compile("^Take.*notebooks")).click()
        expect(ines.locator("#messages")).to_contain_text("You have it now")
        bea.get_by_role("button", name=re.compile("^Take.*notebooks")).click()
        expect(bea.locator("#messages")).to_contain_text("Inês Duarte took it first.")
        for page in (ines, bea):
            page.goto(queue)
            expect(page.get_by_text("Inês Duarte took it on")).to_be_visible()

        # Handed back, it is free; Bea begins to write while Inês answers.
        ines.get_by_role("button", name="Hand back").click()
        expect(ines.locator("#messages")).to_contain_text("handed back")
        bea.goto(queue)
        expect(bea.get_by_text("Open: nobody has taken it yet")).to_be_visible()
        bea.get_by_role("link", name=re.compile("^Answer.*notebooks")).click()
        bea.get_by_label("Your answer").fill("Ask again in spring.")
        ines.goto(queue)
        ines.get_by_role("link", name=re.compile("^Answer.*notebooks")).click()
        ines.get_by_label("Your answer").fill("Yes: **three**, from Monday on.")
        ines.get_by_role("button", name="Send the answer").click()
        expect(ines.locator("#messages")).to_contain_text("Your answer is sent to Clover’s mentors.")
        expect(ines.get_by_text("No mentor is waiting for you")).to_be_visible()
        bea.get_by_role("button", name="Send the answer").click()
        expect(bea.get_by_text("Inês Duarte has answered already.").first).to_be_visible()
        expect(bea.get_by_text("Yes: three, from Monday on.")).to_be_visible()
        expect(bea.get_by_label("Your answer")).to_have_value("Ask again in spring.")
        (told,) = mails_about("answered Clover’s request", mail, "marta@example.com")
        assert told["Subject"] == "Inês answered Clover’s request"
        marta.goto(link_in(told, live_server))
        expect(marta.get_by_text("Yes: three, from Monday on.")).to_be_visible()

        # Reopened, it waits in the queue of both again.
        bea.goto(queue)
        bea.get_by_role("link", name="Answered (1)").click()
        bea.get_by_role("button", name="Reopen").click()
        expect(bea.locator("#messages")).to_contain_text("reopened")
        ines.goto(queue)
        expect(ines.get_by_role("button", name=re.compile("^Take.*notebooks"))).to_be_visible()
