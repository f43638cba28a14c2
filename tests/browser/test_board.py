import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.clock import today
from tests.browser.conftest import PageAs
from tests.conftest import Cast
from tests.factories.courses import CohortFactory
from tests.factories.questions import QuestionFactory
from tests.factories.tracker import ProgressFactory
from tests.groups.dashboards.test_set_up import all_set_up

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 2900)])
def test_board_shows_at_once_who_to_help_what_is_late_and_where_the_rest_is(
    page_as: PageAs, cast: Cast, width: int, height: int
) -> None:
    all_set_up(cast)
    QuestionFactory.create(membership=cast.ana, title="Why divide?", milestone=cast.milestones[0])
    since = timezone.now() - timedelta(days=9)
    ProgressFactory.create(
        enrolment=cast.enrolment("ana"), milestone=cast.milestones[0], state="need_help",
        state_since=since, changed_at=since,
    )  # fmt: skip
    page = page_as("ines")
    page.set_viewport_size({"width": width, "height": height})
    page.goto(f"/cohorts/{cast.cohort.pk}/")
    for name in ("needs? you today", "check-ins? (is|are) late", "Also"):
        expect(page.get_by_role("heading", name=re.compile(name)).first).to_be_in_viewport(ratio=1)
    for name in ("Remind Marta of Ana Ruivo", "Remind Marta about Clover’s check-in"):
        expect(page.get_by_role("button", name=name)).to_be_in_viewport(ratio=1)
    page.get_by_role("link", name="Open questions").click()
    expect(page.get_by_role("row").filter(has_text="LLM basics")).to_be_visible()
    page.go_back()
    page.get_by_role("button", name="Remind Marta of Ana Ruivo").click()
    expect(page.locator("#messages")).to_contain_text("Ana")


def test_one_line_opens_all_places_of_a_cohort_on_a_phone_without_a_script(
    page_as: PageAs, cast: Cast
) -> None:
    CohortFactory.create(course=cast.course, title="Winter 2026", starts_on=today() + timedelta(days=30))
    page = page_as("ines", java_script_enabled=False, viewport={"width": 320, "height": 844})
    page.goto(f"/cohorts/{cast.cohort.pk}/people/")
    places = page.get_by_role("navigation", name="Autumn 2026")
    line = places.locator("summary:visible")
    expect(line).to_have_text("Autumn 2026 · People")
    expect(places.get_by_role("link")).to_have_count(0)
    line.focus()
    page.keyboard.press("Enter")
    expect(places.get_by_role("link", name="People")).to_have_attribute("aria-current", "page")
    for name in ("Board", "Groups", "Calendar", "Import", "Settings of this cohort", "All cohorts"):
        expect(places.get_by_role("link", name=name)).to_be_visible()
    # The same page of another cohort.
    places.get_by_role("link", name="Winter 2026").click()
    expect(page).to_have_title("People, Winter 2026 · Trefoil")
