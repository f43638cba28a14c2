"""A course admin sets a cohort up from the last one, publishes its groups, undoes that, publishes them again, and finds
and marks a student in *Everybody*.
"""

import pytest
from playwright.sync_api import expect

from courses.models import Cohort
from groups.models import Mentorship
from people.models import Event
from tests.browser.clock import today
from tests.browser.conftest import PageAs, settled
from tests.conftest import Cast
from tests.factories.courses import PauseFactory

pytestmark = pytest.mark.browser
PEOPLE = "".join(f"Person {n} <p{n}@example.com>\n" for n in range(1, 8))


@pytest.mark.parametrize("has_script", [True, False])
def test_cohort_from_the_last_one_is_filled_published_and_read(
    cast: Cast, page_as: PageAs, has_script: bool
) -> None:
    PauseFactory.create(cohort=cast.cohort, title="Fair", starts_on=today(), ends_on=today())
    page = page_as("ines", java_script_enabled=has_script)
    page.goto("/courses/llm/cohorts/new/")
    expect(page.get_by_label("Like").locator("option:checked")).to_have_text(str(cast.cohort))
    page.get_by_label("Name").fill("Winter")
    page.get_by_label("Starts on").fill(f"{today()}")
    expect(settled(page).get_by_label("Mentors")).to_be_checked()
    page.get_by_label("Breaks").check()
    page.get_by_role("button", name="Make the cohort").click()
    said = "Winter created with 1 break and 2 willing mentors. Nobody was told."
    expect(page.get_by_text(said)).to_be_visible()
    expect(page.get_by_text("Fair", exact=True)).to_be_visible()
    cohort = Cohort.objects.get(title="Winter")

    page.get_by_role("link", name="People", exact=True).click()
    page.get_by_role("link", name="Import people").first.click()
    page.get_by_role("textbox", name="People", exact=True).fill(PEOPLE)
    page.get_by_role("button", name="Check").click()
    page.get_by_role("button", name="Import 7 changes").click()
    expect(page.get_by_text("Imported on")).to_be_visible()
    assert cohort.enrolments.count() == 7

    page.goto(f"/cohorts/{cohort.pk}/groups/form/")
    page.get_by_role("button", name="Form 2 groups").click()
    expect(page.get_by_role("heading", name="Publish 2 groups?")).to_be_visible()
    assert not Event.objects.filter(kind="group_formed").exists()
    # By keyboard, not through all names.
    page.get_by_role("link", name="Skip to publishing").press("Enter")
    expect(page.locator("#publish-title")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("form.happens :focus")).to_have_count(1)
    said = "2 groups published. Invitations go to 7 students and 2 mentors in 10 minutes."
    for is_undone in (True, False):
        page.get_by_role("button", name="Publish 2 groups").press("Enter")
        expect(page.get_by_text(said)).to_be_visible()
        if has_script:
            expect(page.locator("#messages [data-message]")).to_be_focused()
            page.keyboard.press("Tab")
            expect(page.locator("#messages").get_by_role("button", name="Undo")).to_be_focused()
        assert cohort.groups.count() == 2
        if is_undone:
            page.locator("#messages").get_by_role("button", name="Undo").press("Enter")
            expect(page.locator("#messages")).to_contain_text("Nobody was told of them.")
            expect(page.get_by_role("button", name="Unlock")).to_have_count(2)
            assert not cohort.groups.exists()
    mentors = Mentorship.objects.filter(group__cohort=cohort).values_list("person__name", flat=True)
    assert set(mentors) == {"Marta Pires", "Tomás Reis"}

    page.get_by_role("link", name="Everybody", exact=True).click()
    rows = page.locator("tr[id^=row-]")
    expect(rows).to_have_count(7)
    if has_script:
        # By keyboard past the places of the cohort.
        page.locator(".skip-link").press("Enter")
        expect(page.locator(".page-head")).to_be_focused()
        page.keyboard.press("Tab")
        expect(page.get_by_label("Group")).to_be_focused()
    enrolment = cohort.enrolments.get(person__name="Person 4")
    page.locator(f"#cell-{enrolment.pk}-{cast.milestones[0].pk}").click()
    expect(page.locator("#messages")).to_contain_text("Person’s LLM basics is done.")
    assert list(enrolment.progress.values_list("milestone", "state")) == [(cast.milestones[0].pk, "done")]
    rows.get_by_role("link", name="Person 4").first.click()
    expect(page.locator(".detail").get_by_role("link", name="History")).to_be_visible()
