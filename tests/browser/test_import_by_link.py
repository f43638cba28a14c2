"""A course admin pastes the address of a sheet, is told that it is not shared, shares it, and imports it; no script."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from groups.models import Enrolment
from tests.browser.conftest import PageAs
from tests.browser.workers import until, worker
from tests.conftest import Cast
from tests.mail_server import mail_server
from tests.web_server import web_server

pytestmark = pytest.mark.browser
ROWS = "Name,E-mail,Group\nGus Lind,gus@example.com,Willow\n"


def test_sheet_comes_in_by_its_address_once_it_is_shared(
    cast: Cast, page_as: PageAs, live_server: LiveServer, settings: Any
) -> None:
    settings.OUTGOING_HOSTS = ["localhost"]
    page = page_as("ines", java_script_enabled=False)
    page.set_viewport_size({"width": 390, "height": 844})

    def reads(heading: str) -> None:
        """Look again, as somebody without a script does, until the worker has done it."""

        def is_read() -> bool:
            if page.get_by_role("link", name="Look again").count():
                page.get_by_role("link", name="Look again").click()
            return heading == page.get_by_role("heading", level=1).inner_text()

        until(is_read, 60)

    with web_server() as site, mail_server() as mail:
        site.answers = {"GET /team": (302, {"Location": "/sign-in"}), "GET /sign-in": (200, {})}
        site.bodies = {"GET /sign-in": b"<!doctype html><title>Sign in</title>"}
        with worker(mail, site_url=live_server.url, OUTGOING_HOSTS="localhost"):
            page.goto(f"/cohorts/{cast.cohort.pk}/imports/roster/")
            page.get_by_label("Or the address of a sheet").fill("http://example.org/people.csv")
            page.get_by_role("button", name="Check").click()
            expect(page.get_by_text("The address begins with https://.", exact=True)).to_be_visible()
            page.get_by_label("Or the address of a sheet").fill(f"http://localhost:{site.port}/team")
            page.get_by_role("button", name="Check").click()
            reads("It cannot be read")
            expect(page.get_by_text("“Anyone with the link”")).to_be_visible()
            assert page.evaluate("document.documentElement.scrollWidth") <= 390

            site.answers["GET /team"] = (200, {"Content-Disposition": "attachment; filename=team.csv"})
            site.bodies["GET /team"] = ROWS.encode()
            page.get_by_role("button", name="Try again").click()
            reads("What is what?")
    page.get_by_role("button", name="Preview changes").click()
    page.get_by_role("button", name=re.compile("^Import [0-9,]+ change")).click()
    expect(page.get_by_text("Imported on")).to_be_visible()
    assert "/team" not in page.content()
    assert Enrolment.objects.get(person__email="gus@example.com").memberships.get().group.name == "Willow"
