"""On a phone, a student says before the meeting how it goes; the mentor copies the words with a click."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import PageAs
from tests.conftest import Cast
from tests.factories.courses import MaterialFactory
from tracker.models import CheckIn, MeetingItem, MeetingNote

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}


def assert_clean(page: Page) -> None:
    assert not Axe().run(page).response["violations"]
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_a_student_says_it_on_the_phone_and_the_mentor_ticks_it(page_as: PageAs, cast: Cast) -> None:
    cast.cohort.asks_before_meeting = True
    cast.cohort.save()
    MaterialFactory.create(milestone=cast.milestones[0], title="Tokens")
    page = page_as("ana", viewport=PHONE)
    page.goto("/week/")
    before = page.locator("#before-meeting")
    expect(before).to_contain_text("Marta and course admins read this")
    before.get_by_role("radio", name="Stuck").check()
    expect(page.locator("#messages")).to_contain_text("Saved for the meeting")
    before.get_by_text("Add a note").click()
    before.get_by_label("Note").fill("The key does not work")
    # A tick elsewhere brings the week anew: what was tapped and typed stays.
    page.get_by_role("checkbox", name="Tokens").check()
    expect(page.locator("#week-head")).to_contain_text("none of 1 materials left")
    expect(before.get_by_role("radio", name="Stuck")).to_be_checked()
    expect(before.get_by_label("Note")).to_have_value("The key does not work")
    before.get_by_label("Note").focus()
    page.keyboard.press("Control+Enter")
    expect(before).to_contain_text("Your note")
    before.get_by_label("To bring up").fill("Which split?")
    page.keyboard.press("Enter")
    expect(before.get_by_role("checkbox", name="Which split?")).to_be_visible()
    assert_clean(page)
    # By the keyboard: what is ticked goes, and the focus is at what comes next.
    before.get_by_label("To bring up").fill("The due date")
    page.keyboard.press("Enter")
    before.get_by_role("checkbox", name="The due date").focus()
    page.keyboard.press("Space")
    expect(before.get_by_role("checkbox", name="The due date")).to_have_count(0)
    expect(before.get_by_role("checkbox", name="Which split?")).to_be_focused()
    # All of it is saved, so nothing comes back as if it were not.
    page.goto("/week/")
    expect(before).to_contain_text("Your note")
    expect(before).not_to_contain_text("not saved")

    mentor = page_as("marta", viewport=PHONE)
    mentor.goto(f"/groups/{cast.clover.pk}/check-ins/now/")
    ana = mentor.get_by_role("region", name="Ana", exact=True)
    talk = mentor.get_by_role("region", name="To talk about")
    talk.get_by_label("Which split?").check()
    talk.get_by_label("Stuck: “The key does not work”").check()
    ana.get_by_text("Note on Ana").click()
    ana.locator("textarea").fill("We looked at it together")
    assert_clean(mentor)
    mentor.get_by_role("button", name="Save check-in").click()
    expect(mentor.get_by_text("Clover’s check-in is saved")).to_be_visible()
    entry = CheckIn.objects.get().entries.get(enrolment=cast.enrolment("ana"))
    assert entry.note == "We looked at it together"
    said = MeetingNote.objects.get()
    assert (said.note, said.closed_by) == ("The key does not work", cast.marta)
    assert MeetingItem.objects.get(text="Which split?").closed_by == cast.marta
    mentor.goto(f"/students/{cast.enrolment('ana').pk}/")
    expect(mentor.get_by_text("Before the meeting: stuck")).to_be_visible()
