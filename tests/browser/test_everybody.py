"""A course admin finds a student among all of a cohort, marks a milestone there, and undoes it."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PageAs
from tests.conftest import Cast
from tests.factories.tracker import ProgressFactory
from tests.tracker.dashboards.test_board_queries import fill
from tracker.models import Progress

pytestmark = pytest.mark.browser


def cell_of(cast: Cast, name: str, number: int) -> str:
    return f"#cell-{cast.enrolment(name).pk}-{cast.milestones[number].pk}"


def states(cast: Cast, name: str) -> list[str]:
    return list(Progress.objects.filter(enrolment=cast.enrolment(name)).values_list("state", flat=True))


@pytest.fixture
def many(cast: Cast) -> Cast:
    """Sixty students, of whom Emre needs help, and is alone in that."""
    fill(cast, 18)
    need = {"enrolment": cast.enrolment("emre"), "milestone": cast.milestones[1], "state": "need_help"}
    ProgressFactory.create(**need)
    return cast


@pytest.mark.parametrize("has_script", [True, False])
def test_admin_finds_a_student_marks_a_milestone_and_undoes_it(
    page_as: PageAs, many: Cast, has_script: bool
) -> None:
    page = page_as("ines", java_script_enabled=has_script)
    address = f"/cohorts/{many.cohort.pk}/everybody/"
    page.goto(address)
    expect(page.get_by_label("Pages of students")).to_contain_text("1 to 48 of 60")
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_label("Pages of students")).to_contain_text("49 to 60 of 60")
    page.goto(address)
    page.get_by_label("State now").select_option(label="Needs help")
    if not has_script:
        page.get_by_role("button", name="Show").click()
    page.wait_for_url(re.compile("state=need_help"))
    rows = page.locator("tr[id^=row-]")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("needs help")
    # A click on help that is needed ends nothing; the next milestone takes one.
    page.locator(cell_of(many, "emre", 2)).click()
    expect(page.locator(cell_of(many, "emre", 2))).to_have_attribute("data-state", "done")
    expect(page.locator("#messages")).to_contain_text("Emre’s Indexation is done.")
    assert states(many, "emre") == ["need_help", "done"]
    assert "state=need_help" in page.url
    page.locator("#messages").get_by_role("button", name="Undo").click()
    expect(page.locator("#messages")).to_contain_text("Undone. Emre has not started Indexation.")
    assert "state=need_help" in page.url
    assert states(many, "emre") == ["need_help", "not_started"]
    # The name opens the student where they stand, with any state.
    rows.get_by_role("link", name="Emre Kaya").first.click()
    expect(page.locator(".detail")).to_contain_text("Prompt engineering, since today.")
    page.get_by_text("States", exact=True).click()
    page.get_by_role("group", name="LLM basics").get_by_title("Working on it").click()
    expect(page.locator("#messages")).to_contain_text("Emre is working on LLM basics.")
    expect(rows).to_have_count(1)


def test_keys_mark_and_move_over_all_groups(page_as: PageAs, cast: Cast) -> None:
    ProgressFactory.create(enrolment=cast.enrolment("emre"), milestone=cast.milestones[1], state="need_help")
    page = page_as("ines")
    page.goto(f"/cohorts/{cast.cohort.pk}/everybody/")
    expect(page.get_by_role("grid")).to_have_count(1)
    page.locator(cell_of(cast, "chidi", 1)).focus()
    page.keyboard.press("w")
    expect(page.locator(cell_of(cast, "chidi", 1))).to_have_attribute("data-state", "working")
    assert states(cast, "chidi") == ["working"]
    # From Clover's last row to Juniper's first, past the row that names it.
    page.keyboard.press("ArrowDown")
    expect(page.locator(cell_of(cast, "dalia", 1))).to_be_focused()
    page.keyboard.press("ArrowDown")
    at = page.locator(cell_of(cast, "emre", 1))
    expect(at).to_be_focused()
    page.keyboard.press("d")
    menu = page.locator("#cell-menu")
    expect(menu.get_by_role("link", name="Answer")).to_be_focused()
    menu.get_by_role("button", name="Sorted out").click()
    expect(at).to_have_attribute("data-state", "working")
    assert states(cast, "emre") == ["working"]
    # The menu's other states go to the group of the row, which is not the first.
    ProgressFactory.create(
        enrolment=cast.enrolment("fatima"), milestone=cast.milestones[0], state="need_help"
    )
    page.reload()
    page.locator(cell_of(cast, "fatima", 0)).click()
    menu.get_by_role("button", name="Done").click()
    expect(page.locator(cell_of(cast, "fatima", 0))).to_have_attribute("data-state", "done")
    assert states(cast, "fatima") == ["done"]


@pytest.mark.parametrize("width", [1440, 820, 390])
def test_head_and_group_stay_in_sight(page_as: PageAs, cast: Cast, width: int) -> None:
    fill(cast, 12)
    page = page_as("ines", viewport={"width": width, "height": 700})
    page.goto(f"/cohorts/{cast.cohort.pk}/everybody/")
    expect(page.locator("tr[id^=row-] .mark").first).to_be_visible()
    # The second row of a group stands below what is sticky.
    group = page.locator(f"#group-{cast.cohort.groups.get(name='Group 02').pk}")
    group.locator("tr").nth(2).evaluate(
        "row => scrollTo({ top: row.getBoundingClientRect().top + scrollY - 130, behavior: 'instant' })"
    )
    head, name = page.locator(".everybody thead"), group.locator(".of-group > th")
    tops = [each.evaluate("each => each.getBoundingClientRect().top") for each in (head, name)]
    bottom = head.evaluate("head => head.getBoundingClientRect().bottom")
    assert abs(tops[0]) < 1
    assert abs(tops[1] - bottom) < 1
    # They lie above what scrolls.
    for sticky in (head, name):
        assert sticky.evaluate("""sticky => {
            const { left, top } = sticky.getBoundingClientRect();
            return sticky.contains(document.elementFromPoint(left + 10, top + 30));
        }""")
