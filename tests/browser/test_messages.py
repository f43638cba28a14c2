"""A message lies above the page and moves nothing; it can be closed, closes itself, and one key leads to its Undo."""

import pytest
from playwright.sync_api import Locator, Page, expect

from courses.models import Material
from tests.browser.conftest import PageAs, settled
from tests.conftest import Cast
from tests.factories.courses import MaterialFactory
from tracker.models import MaterialTick, Progress

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("met")]


def cell(page: Page, cast: Cast, name: str, number: int) -> Locator:
    return page.locator(f"#cell-{cast.enrolment(name).pk}-{cast.milestones[number].pk}")


def middle(target: Locator) -> tuple[float, float]:
    box = target.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def done_by() -> set[tuple[str, str]]:
    done = Progress.objects.filter(state="done")
    return set(done.values_list("enrolment__person__name", "milestone__title"))


def materials(cast: Cast) -> list[Material]:
    return [
        MaterialFactory.create(milestone=cast.milestones[0], title=title) for title in ("Tokens", "Scaling")
    ]


@pytest.mark.parametrize("width", [390, 1440])
def test_clicks_on_neighbouring_cells_hit_both(page_as: PageAs, cast: Cast, width: int) -> None:
    page = page_as("marta", viewport={"width": width, "height": 844})
    page.goto("/groups/")
    # Both are on a phone, too: what is now, and one before.
    cells = [cell(page, cast, "bruno", number) for number in (1, 2)]
    cells[1].scroll_into_view_if_needed()
    places = [middle(each) for each in cells]
    page.mouse.click(*places[0])
    expect(page.locator("#messages")).to_contain_text("Bruno’s Prompt engineering is done.")
    for each, place in zip(cells, places, strict=True):
        assert middle(each) == pytest.approx(place, abs=1)
    page.mouse.click(*places[1])
    expect(page.locator("#messages")).to_contain_text("Bruno’s Indexation is done.")
    assert done_by() == {("Bruno Sá", "Prompt engineering"), ("Bruno Sá", "Indexation")}


def test_message_of_a_narrow_page_lies_in_the_middle_of_the_window(page_as: PageAs, cast: Cast) -> None:
    page = page_as("marta", viewport={"width": 1440, "height": 900})
    page.goto("/away/")
    for name in ("starts_on", "ends_on"):
        page.locator(f"[name={name}]").fill("2026-12-25")
    page.get_by_role("button", name="Save").click()
    message = page.locator("#messages .message")
    expect(message).to_contain_text("You are away Fri 25 December.")
    settled(page)
    assert middle(message)[0] == pytest.approx(720, abs=1)


def test_message_lies_at_the_bottom_but_not_on_what_was_clicked(page_as: PageAs, cast: Cast) -> None:
    page = page_as("marta", viewport={"width": 1440, "height": 900})
    page.goto("/groups/")
    target = cell(page, cast, "bruno", 0)
    target.click()
    expect(page.locator("#messages")).to_contain_text("Bruno’s LLM basics is done.")
    assert middle(page.locator("[data-message]"))[1] > 800
    page.get_by_role("button", name="Close this message").click()
    page.set_viewport_size({"width": 1440, "height": int(middle(target)[1]) + 40})
    page.mouse.click(*middle(target))
    expect(page.locator("#messages")).to_contain_text("Bruno has not started LLM basics.")
    assert middle(page.locator("[data-message]"))[1] < middle(target)[1] / 2


def test_clicks_on_neighbouring_materials_hit_both(page_as: PageAs, cast: Cast) -> None:
    first, second = materials(cast)
    page = page_as("ana")
    page.goto("/week/")
    boxes = [page.locator(f"#material-{material.pk}") for material in (first, second)]
    places = [middle(box) for box in boxes]
    page.mouse.click(*places[0])
    expect(page.locator("#messages")).to_contain_text("Tokens is ticked.")
    assert [middle(box) for box in boxes] == places
    page.mouse.click(*places[1])
    expect(page.locator("#messages")).to_contain_text("Scaling is ticked.")
    assert set(MaterialTick.objects.values_list("material__title", flat=True)) == {"Tokens", "Scaling"}


def test_second_click_is_not_lost_while_the_first_is_saved(page_as: PageAs, cast: Cast) -> None:
    first, second = materials(cast)
    ana, marta = page_as("ana"), page_as("marta")
    ana.goto("/week/")
    # Their place before the first click: what it saves replaces the second.
    for place in [middle(ana.locator(f"#material-{material.pk}")) for material in (first, second)]:
        ana.mouse.click(*place)
    expect(ana.locator("#messages")).to_contain_text("Scaling is ticked.")
    for material in (first, second):
        expect(ana.locator(f"#material-{material.pk}")).to_be_checked()
    assert MaterialTick.objects.count() == 2
    marta.goto("/groups/")
    for place in [middle(cell(marta, cast, name, 0)) for name in ("bruno", "chidi")]:
        marta.mouse.click(*place)
    expect(marta.locator("#messages")).to_contain_text("Chidi’s LLM basics is done.")
    assert done_by() == {("Bruno Sá", "LLM basics"), ("Chidi Okafor", "LLM basics")}


def test_what_is_typed_stays_when_something_else_is_saved(page_as: PageAs, cast: Cast) -> None:
    (first, _) = materials(cast)
    page = page_as("ana")
    page.goto("/week/")
    page.keyboard.press("Control+k")
    field = page.get_by_role("searchbox", name="Search, or ask a question")
    field.fill("Why is the mask triangular?")
    page.keyboard.press("Escape")
    page.locator(f"#material-{first.pk}").click()
    expect(page.locator("#messages")).to_contain_text("Tokens is ticked.")
    page.keyboard.press("Control+k")
    expect(field).to_have_value("Why is the mask triangular?")


def test_message_closes_itself_but_not_while_it_is_in_use(page_as: PageAs, cast: Cast) -> None:
    page = page_as("marta")
    page.clock.install()
    page.goto("/groups/")
    message = page.locator("#messages [data-message]")
    cell(page, cast, "bruno", 0).click()
    expect(message).to_be_visible()
    message.hover()
    page.clock.run_for(60_000)
    expect(message).to_be_visible()
    page.mouse.move(0, 0)
    page.keyboard.press("F8")
    expect(message.get_by_role("button", name="Undo")).to_be_focused()
    page.clock.run_for(60_000)
    expect(message).to_be_visible()
    cell(page, cast, "bruno", 0).focus()
    page.clock.run_for(60_000)
    expect(message).to_have_count(0)


def test_one_key_leads_to_undo_and_escape_back(page_as: PageAs, cast: Cast) -> None:
    page = page_as("marta")
    page.goto("/groups/")
    cell(page, cast, "bruno", 1).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#messages")).to_contain_text("Bruno’s Prompt engineering is done.")
    page.keyboard.press("F8")
    page.keyboard.press("Escape")
    expect(page.locator("#messages [data-message]")).to_have_count(0)
    expect(cell(page, cast, "bruno", 1)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#messages")).to_contain_text("Bruno has not started Prompt engineering.")
    page.keyboard.press("F8")
    page.keyboard.press("Enter")
    expect(page.locator("#messages")).to_contain_text("Undone. Bruno’s Prompt engineering is done.")
    expect(cell(page, cast, "bruno", 1)).to_be_focused()


def test_undo_leaves_the_page_where_it_was(page_as: PageAs, cast: Cast) -> None:
    (first, _) = materials(cast)
    page = page_as("ana", viewport={"width": 390, "height": 500})
    page.goto("/week/")
    page.locator(f"#material-{first.pk}").click()
    expect(page.locator("#messages")).to_contain_text("Tokens")
    page.evaluate("scrollTo(0, 250)")
    ticked = page.locator(f"#material-{first.pk}")
    place = ticked.evaluate("box => box.getBoundingClientRect().top")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#messages")).to_contain_text("Tokens is no longer ticked.")
    # The message stands there before the script that scrolls has run.
    page.wait_for_function(
        "([id, place]) => Math.abs(document.getElementById(id).getBoundingClientRect().top - place) < 1",
        arg=[f"material-{first.pk}", place],
    )


def test_error_stays_until_it_is_closed(page_as: PageAs, cast: Cast) -> None:
    page = page_as("ana")
    page.clock.install()
    page.goto("/week/")
    page.evaluate("document.dispatchEvent(new CustomEvent('say', {detail: {text: 'Not saved.'}}))")
    page.clock.run_for(120_000)
    expect(page.locator("#messages")).to_contain_text("Not saved.")
    page.get_by_role("button", name="Close this message").click()
    expect(page.locator("#messages [data-message]")).to_have_count(0)
