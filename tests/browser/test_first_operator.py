"""The first start of an empty installation prints an address; on its page the first site admin makes their account."""

from collections.abc import Callable

import pytest
from django.core.cache import cache
from playwright.sync_api import BrowserContext, expect
from pytest_django.live_server_helper import LiveServer

from people.actions.first_operator import said_at_start
from people.models import User
from tests.browser.conftest import listen
from tests.browser.test_every_page import look_at

pytestmark = pytest.mark.browser


def test_the_first_site_admin_makes_their_account(
    transactional_db: None,
    new_context: Callable[..., BrowserContext],
    live_server: LiveServer,
) -> None:
    cache.clear()
    address = "/first-operator/" + said_at_start().partition("/first-operator/")[2].strip()
    problems: list[str] = []
    context = new_context(base_url=live_server.url)
    listen(context, live_server.url, problems)
    page = context.new_page()
    page.goto(address)
    assert look_at(page) == []
    page.get_by_label("E-mail").fill("olga@example.com")
    page.get_by_label("Your name").fill("Olga Brandt")
    page.get_by_role("button", name="Create my account").click()
    expect(page.locator("#messages")).to_contain_text("You are the first site admin.")
    page.goto("/admin/")
    expect(page.get_by_text("Site administration")).to_be_visible()
    assert User.objects.get().is_superuser
    assert problems == []
    page.goto(address)
    expect(page.locator("main")).to_contain_text("This address no longer works")
    assert look_at(page) == []
