"""On a phone, a student says before the meeting how it goes; the mentor copies the words with a click."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.conftest import Cast
from tests.factories.courses import MaterialFactory
from tracker.models import CheckIn, MeetingNote

pytestmark = pytest.mark.browser
type PageAs = Callable[..., Page]
PHONE = {"width": 390, "height": 844}


def assert_clean(page: Page) -> None:
    assert not Axe().run(page).response["violations"]
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_a_student_says_it_on_the_phone_and_the_mentor_takes_it_over(page_as: PageAs, cast: Cast) -> None:
    cast.cohort.asks_before_meeting = True
    cast.cohort.save()
    MaterialFactory.create(milestone=cast.milestones[0], title="Tokens")
    page = page_as("ana", viewport=PHONE)
    page.goto("/week/")
    before = page.get_by_role("region", name="Before the meeting")
    expect(before).to_contain_text("Mentors and course admins read this, not your group")
    before.get_by_role("button", name="Save for the meeting").click()
    expect(before.get_by_role("alert")).to_be_focused()
    confidence = before.get_by_role("group", name="How confident are you?")
    confidence.get_by_role("radio", name="Low").check()
    before.get_by_role("group", name="Your pace").get_by_role("radio", name="Behind").check()
    before.get_by_label("What blocks you?").fill("The key does not work")
    # A tick elsewhere brings the week anew: what was tapped and typed stays.
    page.get_by_role("checkbox", name="Tokens").check()
    expect(page.get_by_role("heading", name="All read and watched")).to_be_visible()
    expect(confidence.get_by_role("radio", name="Low")).to_be_checked()
    expect(before.get_by_label("What blocks you?")).to_have_value("The key does not work")
    before.get_by_label("What next?").fill("Ask Inês")
    page.keyboard.press("Control+Enter")
    expect(before).to_contain_text("You said: confidence low · pace: behind")
    before.get_by_label("Bring to the meeting").fill("Which split?")
    page.keyboard.press("Enter")
    expect(before.get_by_role("checkbox", name="Which split?")).to_be_visible()
    assert_clean(page)
    # By the keyboard: what is ticked goes, and the focus is at what comes next.
    before.get_by_label("Bring to the meeting").fill("The due date")
    page.keyboard.press("Enter")
    before.get_by_role("checkbox", name="The due date").focus()
    page.keyboard.press("Space")
    expect(before.get_by_role("checkbox", name="The due date")).to_have_count(0)
    expect(before.get_by_role("checkbox", name="Which split?")).to_be_focused()

    mentor = page_as("marta", viewport=PHONE)
    mentor.goto(f"/groups/{cast.clover.pk}/check-ins/now/")
    ana = mentor.get_by_role("group", name="Ana Ruivo", exact=True)
    expect(ana).to_contain_text("Which split?")
    ana.locator("textarea").fill("We looked at it together")
    ana.get_by_role("button", name="Take over what blocks").click()
    ana.get_by_role("button", name="Take over what next").click()
    expect(ana.locator("textarea")).to_have_value("We looked at it together; The key does not work")
    expect(ana.get_by_role("button", name="Take over what")).to_have_count(0)
    expect(ana.get_by_text("Taken over, what blocks")).to_be_visible()
    expect(ana.locator("input[name$=-text]")).to_have_value("Ask Inês")
    assert_clean(mentor)
    mentor.get_by_role("button", name="Save check-in").click()
    expect(mentor.get_by_text("Check-in of Clover saved")).to_be_visible()
    entry = CheckIn.objects.get().entries.get(enrolment=cast.enrolment("ana"))
    assert entry.note == "We looked at it together; The key does not work"
    assert MeetingNote.objects.get().pace == "behind"
