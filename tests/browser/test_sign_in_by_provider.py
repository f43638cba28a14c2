"""Signing in by an account at a provider, in a real browser, from the invitation to the day it is removed."""

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from people.actions.invitations import invite, mailed_link
from people.models import User
from tests.browser.clock import BEGINS
from tests.conftest import Cast
from tests.mails import deliver
from tests.people.views.test_only_providers import link_for
from tests.people.views.test_providers import trust, verified
from tests.stub_provider import StubProvider, stub_provider

pytestmark = pytest.mark.browser


@pytest.fixture
def stub(settings: Any, monkeypatch: pytest.MonkeyPatch, transactional_db: None) -> Iterator[StubProvider]:
    with stub_provider() as stub:
        trust(stub, settings, monkeypatch)
        settings.SENDS_MAIL = True
        yield stub


@pytest.fixture
def opened(
    new_context: Callable[..., BrowserContext], live_server: LiveServer
) -> Iterator[Callable[[], Page]]:
    """Open a browser in which nobody is signed in. It fails at the end if a page violated the CSP or threw an error."""
    problems: list[str] = []

    def open_browser() -> Page:
        context = new_context(base_url=live_server.url)
        context.on("console", lambda told: problems.append(told.text) if told.type == "error" else None)
        context.on("weberror", lambda error: problems.append(str(error.error)))
        return context.new_page()

    yield open_browser
    assert problems == []


def sign_in(page: Page, subject: str, button: str = "Continue with Acme") -> None:
    page.goto("/account/login/?next=/account/")
    page.get_by_role("button", name=button).click()
    expect(page.get_by_role("heading", name="Stub")).to_be_visible()
    page.get_by_role("link", name=subject, exact=True).click()


def signs_out(page: Page) -> None:
    page.context.clear_cookies()


def test_invited_person_signs_in_by_a_provider_and_removes_it(
    cast: Cast, stub: StubProvider, opened: Callable[[], Page]
) -> None:
    for name in ("Vera", "Wim"):
        invite(email=f"{name.lower()}@example.com", name=name, by=cast.ines, at=BEGINS)
    stub.accounts = {
        "vera-1": verified("vera@example.com"),
        "wim-1": {"email": "wim@example.com"},
        "nobody-1": verified("nobody@example.com"),
    }
    page, content = opened(), "main"
    # Twice: the second time the tie says who it is, whatever the address has become.
    for address in ("vera@example.com", "else@example.com"):
        stub.accounts["vera-1"]["email"] = address
        sign_in(page, "vera-1")
        expect(page).to_have_url(re.compile("/account/$"))
        expect(page.locator(content)).to_contain_text(f"{address} since")
        expect(page.locator(content)).to_contain_text("vera@example.com")
        signs_out(page)
    assert [mail.subject for mail in deliver()] == ["Acme signs you in to Trefoil"]

    # Not verified: a code goes to the address that was invited.
    sign_in(page, "wim-1")
    expect(page.locator(content)).to_contain_text("Acme does not say whether wim@example.com is yours")
    [mail] = deliver()
    (code,) = re.findall(r"^[A-Z0-9]+-[A-Z0-9]+$", mail.body, re.MULTILINE)
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator(content)).to_contain_text("wim@example.com since")
    page.get_by_role("button", name="Remove Acme wim@example.com").click()
    expect(page.locator(content)).to_contain_text("Removed Acme. It no longer signs you in.")
    page.get_by_role("button", name="Add Acme").click()
    page.get_by_role("link", name="wim-1", exact=True).click()
    expect(page.locator(content)).to_contain_text("Acme signs you in from now on.")
    assert [mail.to for mail in deliver()] == [["wim@example.com"]] * 3
    signs_out(page)

    sign_in(page, "nobody-1")
    expect(page.locator(content)).to_contain_text("Nobody is invited as nobody@example.com")
    sign_in(page, "Cancel")
    expect(page.locator(content)).to_contain_text("You did not sign in with Acme.")
    stub.is_away = True
    # As an hour later: where it answers is kept so long.
    cache.clear()
    page.goto("/account/login/")
    page.get_by_role("button", name="Continue with Acme").click()
    expect(page.locator(content)).to_contain_text("Acme cannot sign you in at the moment.")


def test_only_providers_sign_people_in_and_a_link_lets_a_site_admin_in(
    cast: Cast, stub: StubProvider, settings: Any, opened: Callable[[], Page]
) -> None:
    settings.ONLY_PROVIDERS = True
    invitation = invite(email="vera@example.com", name="Vera", by=cast.ines, at=BEGINS)
    assert invitation is not None
    stub.accounts = {"vera-1": verified("vera@example.com")}
    page = opened()
    page.goto(urlsplit(mailed_link(invitation)).path)
    expect(page.locator("main")).to_contain_text("Your sign-in address is vera@example.com")
    expect(page.get_by_label("Password")).to_have_count(0)
    page.get_by_role("button", name="Continue with Acme").click()
    page.get_by_role("link", name="vera-1", exact=True).click()
    expect(page.get_by_role("heading", name="Stub")).to_have_count(0)
    page.goto("/account/")
    expect(page.locator("main")).to_contain_text("vera@example.com since")
    signs_out(page)
    page.goto("/account/login/code/?next=/account/")
    expect(page).to_have_url(re.compile(r"/account/login/\?next=%2Faccount%2F$"))
    expect(page.get_by_role("textbox")).to_have_count(0)
    expect(page.get_by_role("button", name="Continue with Acme")).to_be_visible()
    User.objects.create_superuser("olga@example.com", name="Olga")
    page.goto(link_for("olga@example.com"))
    page.get_by_role("button", name="Sign in as Olga").click()
    expect(page.get_by_text("Olga").first).to_be_visible()
    page.goto("/account/")
    expect(page.locator("main")).to_contain_text("olga@example.com")
