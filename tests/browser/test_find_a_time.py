"""A new group finds its time: students tap, also by keyboard on a phone; the mentor sets it, undoes it, sets it."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Page, expect

from groups.models import FreeTime, Group
from people.models import User
from tests.browser.conftest import PageAs, settled
from tests.browser.test_one_screen import size_of
from tests.conftest import Cast

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}


def fits(page: Page) -> None:
    assert Axe().run(page).response["violations"] == []
    for width in (320, 820, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_group_finds_its_time(page_as: PageAs, cast: Cast) -> None:
    User.objects.filter(pk=cast.person("bruno").pk).update(time_zone="America/Sao_Paulo")
    ana = page_as("ana", viewport=PHONE)
    ana.goto("/week/")
    ana.get_by_role("link", name="Say when you can meet").click()
    evening = ana.get_by_role("checkbox", name="Wednesday, evening")
    evening.check()
    settled(ana)
    midday = ana.get_by_role("checkbox", name="Thursday, midday")
    midday.focus()
    ana.keyboard.press("Space")
    settled(ana)
    # What was tapped keeps the focus, and shows the own mark.
    expect(midday).to_be_checked()
    expect(midday).to_be_focused()
    assert FreeTime.objects.count() == 2
    # One stop of the Tab key, and arrows as the table stands: on a phone its days are below each other.
    expect(ana.get_by_role("grid", name="When can you?")).to_have_count(1)
    for key, name in (
        ("ArrowDown", "Friday, midday"),
        ("ArrowRight", "Friday, afternoon"),
        ("ArrowUp", "Thursday, afternoon"),
        ("ArrowLeft", "Thursday, midday"),
    ):
        ana.keyboard.press(key)
        expect(ana.get_by_role("checkbox", name=name)).to_be_focused()
    ana.keyboard.press("Tab")
    expect(ana.locator(".slots input:focus")).to_have_count(0)
    ana.keyboard.press("Shift+Tab")
    expect(midday).to_be_focused()
    ana.set_viewport_size({"width": 1440, "height": 900})
    ana.keyboard.press("ArrowRight")
    expect(ana.get_by_role("checkbox", name="Friday, midday")).to_be_focused()
    fits(ana)

    bruno = page_as("bruno", viewport=PHONE, color_scheme="dark")
    bruno.goto(reverse("groups:find-a-time", args=[cast.clover.pk]))
    # 18 o'clock in Lisbon.
    expect(bruno.get_by_role("row", name="Evening")).to_contain_text("14–17")
    bruno.get_by_role("checkbox", name="Wednesday, evening, also Ana Ruivo").check()
    settled(bruno)
    fits(bruno)

    marta = page_as("marta")
    marta.goto("/groups/")
    marta.get_by_role("link", name="Find a time").first.click()
    counted = size_of(marta, marta.url)
    assert (counted.words <= 110, counted.headings, counted.desk, counted.phone <= 1250) == (
        True,
        2,
        900,
        True,
    ), counted
    best = marta.get_by_role("button", name="Meet Wednesdays 18:00")
    best.click()
    expect(marta.locator("#messages")).to_contain_text("Clover meets Wednesdays 18:00.")
    marta.locator("#messages").get_by_role("button", name="Undo").click()
    expect(marta.locator("#messages")).to_contain_text("What was ticked is still there.")
    fits(marta)
    best.click()
    expect(marta.locator("#messages")).to_contain_text("Clover meets Wednesdays 18:00.")
    assert Group.objects.get(pk=cast.clover.pk).meeting == "Wednesdays 18:00"
    ana.goto("/week/")
    expect(ana.locator("#meeting")).to_contain_text("18:00")


def test_group_finds_its_time_without_a_script(page_as: PageAs, cast: Cast) -> None:
    ana = page_as("ana", java_script_enabled=False)
    ana.goto(reverse("groups:find-a-time", args=[cast.clover.pk]))
    ana.get_by_role("checkbox", name="Monday, morning").check()
    ana.get_by_role("button", name="Save").click()
    expect(ana.get_by_role("checkbox", name="Monday, morning")).to_be_checked()
    assert FreeTime.objects.get().weekday == 0
