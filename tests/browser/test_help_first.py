from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from people.models import User
from tests.browser.clock import today
from tests.browser.conftest import PageAs, settled
from tests.conftest import Cast

pytestmark = pytest.mark.browser


def test_who_asks_for_help_is_told_to_the_mentor_first_and_a_mark_moves_no_cell(
    page_as: PageAs, cast: Cast
) -> None:
    User.objects.filter(pk=cast.person("bruno").pk).update(last_login="2026-09-01T09:00Z")
    bruno = page_as("bruno")
    bruno.goto("/week/")
    bruno.get_by_role("button", name="Need help", exact=True).first.click()
    bruno.get_by_role("button", name="Tell Marta").click()
    expect(bruno.locator("#messages")).to_contain_text("You need help with LLM basics.")
    marta = page_as("marta")
    marta.goto("/groups/")
    needs = marta.get_by_role("region", name="Bruno needs help")
    expect(needs).to_contain_text("Bruno: LLM basics, since today.")
    expect(marta.get_by_role("heading", level=1)).to_have_text("Bruno needs help")
    row = marta.locator(f"#row-{cast.enrolment('bruno').pk}")
    expect(row).to_contain_text("needs help")
    cell = marta.locator(f"#cell-{cast.enrolment('bruno').pk}-{cast.milestones[0].pk}")
    cell.hover()
    before = cell.bounding_box()
    cell.click()
    marta.locator("#cell-menu").get_by_role("button", name="Done").click()
    expect(row).not_to_contain_text("needs help")
    settled(marta)
    assert cell.bounding_box() == before


def test_help_is_asked_answered_thanked_and_asked_anew_through_a_snooze(page_as: PageAs, cast: Cast) -> None:
    bruno, marta = page_as("bruno", viewport={"width": 390, "height": 844}), page_as("marta")
    needs = marta.get_by_role("region", name="Bruno needs help")
    need_help = bruno.get_by_role("button", name="Need help", exact=True)
    bruno.clock.install()
    bruno.goto("/week/")
    need_help.click()
    bruno.get_by_label("What do you need?").fill("Which key do I use?")
    bruno.get_by_role("button", name="Tell Marta").click()
    expect(bruno.locator(".helped").first).to_contain_text("Which key do I use?")
    marta.goto("/groups/")
    expect(needs).to_contain_text("Which key do I use?")
    needs.get_by_role("link", name="Answer").click()
    marta.get_by_label("Your answer").fill("The **second** one.")
    marta.get_by_role("button", name="Answer", exact=True).click()
    expect(marta.locator("strong", has_text="second")).to_be_visible()
    # It comes by itself, as text.
    bruno.clock.fast_forward(15_000)
    expect(bruno.get_by_role("heading", level=1)).to_have_text("Marta answered")
    expect(bruno.locator(".helped.answered")).to_contain_text("The second one.")
    bruno.get_by_role("button", name="That helps").click()
    expect(bruno.locator("#messages")).to_contain_text("You are working on LLM basics.")
    expect(bruno.locator(".helped.answered")).to_have_count(0)
    marta.goto("/groups/")
    expect(marta.get_by_role("heading", level=1)).not_to_contain_text("needs help")
    marta.goto(reverse("tracker:snooze", args=[cast.enrolment("bruno").pk]))
    marta.locator("#id_until_on").fill((today() + timedelta(days=3)).isoformat())
    marta.get_by_label("Reason").fill("We talked")
    marta.get_by_role("button", name="Snooze").click()
    expect(marta.locator("#messages")).to_contain_text("is snoozed until")
    # Without words it counts as well.
    need_help.click()
    need_help.click()
    expect(bruno.locator("#messages")).to_contain_text("You need help with LLM basics.")
    marta.goto("/groups/")
    expect(needs).to_contain_text("Bruno: LLM basics, since today.")
