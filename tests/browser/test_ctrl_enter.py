"""Ctrl+Enter sends what one types on my week: a note before the meeting, what help is needed with, the one box."""

import re

import pytest
from playwright.sync_api import expect

from courses.models import Cohort
from groups.models import Group
from tests.browser.conftest import PageAs, settled
from tests.conftest import Cast
from tracker.models import MeetingNote, Progress

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("met")]


def test_note_before_the_meeting_says_what_it_lacks(page_as: PageAs, cast: Cast) -> None:
    Group.objects.filter(pk=cast.clover.pk).update(meeting="Sundays 23:50")
    Cohort.objects.update(asks_before_meeting=True)
    page = page_as("ana")
    page.goto("/week/")
    page.locator("#say-more > summary").click()
    note = page.locator("#say-note")
    note.fill("Masks puzzle me.")
    note.press("Control+Enter")
    expect(page.locator("#say .error-summary")).to_be_focused()
    expect(note).to_have_value("Masks puzzle me.")
    page.get_by_role("radio", name="So-so").check()
    expect(page.locator("#messages")).to_contain_text("Saved for the meeting.")
    note.fill("Masks puzzle me a lot.")
    note.press("Control+Enter")
    expect(page.locator("#say .error-summary")).to_have_count(0)
    settled(page)
    assert MeetingNote.objects.get().note == "Masks puzzle me a lot."


def test_help_is_asked_for_and_the_box_asks(page_as: PageAs, cast: Cast) -> None:
    page = page_as("ana")
    page.goto("/week/")
    page.get_by_role("button", name="Need help", exact=True).click()
    page.get_by_label("What do you need?").fill("What is a token?")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#messages")).to_contain_text("You need help with LLM basics.")
    expect(page.locator("#week-state")).to_contain_text("What is a token?")
    assert Progress.objects.get().state == "need_help"
    page.keyboard.press("Control+k")
    page.keyboard.type("Why is the mask triangular?")
    page.keyboard.press("Control+Enter")
    expect(page).to_have_url(re.compile("/questions/new/.*mask"))
