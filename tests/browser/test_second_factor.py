"""A course admin sets up a second factor, signs in with it, and with a recovery code; the Django admin asks it, too."""

from collections.abc import Callable

import pytest
from django.conf import LazySettings
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.conftest import listen, settled
from tests.browser.test_every_page import look_at
from tests.conftest import Cast
from tests.second_factors import code_of

pytestmark = pytest.mark.browser
PASSWORD = "three words in a row"


def press(page: Page, name: str) -> None:
    page.locator("main").get_by_role("button", name=name, exact=True).click()


def sign_in(page: Page) -> None:
    page.goto("/account/login/")
    page.get_by_label("E-mail").fill("ines@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Sign in")


def sign_out(page: Page) -> None:
    page.locator("header summary").click()
    page.locator("header").get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("E-mail")).to_be_visible()


def test_a_course_admin_sets_up_a_second_factor_and_signs_in_by_it(
    cast: Cast,
    new_context: Callable[..., BrowserContext],
    live_server: LiveServer,
    settings: LazySettings,
) -> None:
    settings.SECOND_FACTOR = True
    cast.ines.set_password(PASSWORD)
    cast.ines.is_staff = cast.ines.is_superuser = True
    cast.ines.save()
    problems: list[str] = []
    context = new_context(base_url=live_server.url)
    listen(context, live_server.url, problems)
    page = context.new_page()

    sign_in(page)
    expect(page.get_by_role("heading", name="Set up a second factor")).to_be_visible()
    assert look_at(page) == []
    # Nothing else opens, the Django admin neither.
    for elsewhere in ("/admin/", "/", "/account/"):
        page.goto(elsewhere)
        expect(page.get_by_role("heading", name="Set up a second factor")).to_be_visible()
    # A phone would read the picture.
    assert page.locator(".qr").evaluate("image => image.complete && image.naturalWidth > 0")
    key = page.locator("main code").inner_text()
    page.get_by_label("Authenticator code").fill("000000")
    press(page, "Set up")
    expect(page.locator("main")).to_contain_text("That code is wrong or was used already.")
    assert page.locator("main code").inner_text() == key
    page.get_by_label("Authenticator code").fill(code_of(key, -30))
    press(page, "Set up")
    expect(page.locator("#messages")).to_contain_text("Second factor set up.")
    codes = settled(page).locator(".codes code").all_inner_texts()
    assert len(codes) == 10
    assert look_at(page) == []
    page.goto("/account/second-factor/")
    expect(page.get_by_role("heading", name="Second factor")).to_be_visible()
    assert look_at(page) == []
    page.get_by_role("link", name="Show recovery codes").click()
    expect(page.locator(".codes code")).to_have_text(codes)
    page.get_by_role("link", name="Continue").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_hidden()

    sign_out(page)
    sign_in(page)
    expect(page.get_by_role("heading", name="Second factor")).to_be_visible()
    assert look_at(page) == []
    page.goto("/admin/")
    expect(page.get_by_role("heading", name="Second factor")).to_be_visible()
    page.get_by_label("Code").fill(code_of(key))
    press(page, "Sign in")
    page.goto("/admin/")
    expect(page.get_by_text("Site administration")).to_be_visible()

    page.goto("/")
    for opens in (True, False):
        sign_out(page)
        sign_in(page)
        page.get_by_label("Code").fill(codes[0])
        press(page, "Sign in")
        if opens:
            expect(page.locator("header summary")).to_be_visible()
        else:
            expect(page.locator("main")).to_contain_text("That code is wrong or was used already.")
    assert problems == []
