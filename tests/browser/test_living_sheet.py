"""A course admin makes an address for a spreadsheet, which reads it without a session until it is removed."""

from typing import Any
from urllib.request import urlopen

import pytest
from django.test import Client
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.conftest import PageAs, open_place, settled
from tests.conftest import Cast

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("has_javascript", [True, False])
def test_spreadsheet_reads_an_address_until_it_is_removed(
    cast: Cast,
    page_as: PageAs,
    live_server: LiveServer,
    settings: Any,
    has_javascript: bool,
) -> None:
    settings.SITE_URL = live_server.url
    page = page_as("ines", java_script_enabled=has_javascript)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/courses/llm/")
    open_place(page, "Export")
    page.get_by_label("What the spreadsheet reads").select_option("People")
    page.get_by_role("button", name="Make an address").click()
    expect(page.get_by_label("Formula for Google Sheets")).to_be_visible()
    settled(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    formula = page.get_by_label("Formula for Google Sheets").input_value()
    address = page.get_by_label("Address", exact=True).input_value()
    assert formula == f'=IMPORTDATA("{address}")'
    if has_javascript:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.get_by_role("button", name="Copy formula").click()
        expect(page.get_by_role("button", name="Copied")).to_be_visible()
        assert page.evaluate("navigator.clipboard.readText()") == formula

    with urlopen(address) as answer:  # noqa: S310 - of this test's own server
        lines = answer.read().decode().splitlines()
    assert lines[:2] == ["Name,Group,Mentor", "Ana Ruivo,Clover,Marta Pires"]

    page.goto(page.url)
    page.get_by_role("button", name="Remove People of").click()
    expect(page.get_by_text("Spreadsheets can no longer read from this address.")).to_be_visible()
    assert Client().get(address.removeprefix(live_server.url)).status_code == 404
