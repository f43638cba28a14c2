"""What was asked most at a milestone is there before somebody asks it again: for a student, and for the mentor."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.conftest import Cast
from tests.factories.courses import MaterialFactory
from tests.tracker.views.test_known_questions_close import begin, known

pytestmark = pytest.mark.browser
type PageAs = Callable[..., Page]


@pytest.mark.parametrize("script", [True, False])
def test_known_questions_are_read_and_closed_once(page_as: PageAs, cast: Cast, script: bool) -> None:
    begin(cast, "ana", "bruno")
    for number, title in enumerate(("Why divide?", "Where is the key?", "Which version?", "Which plot?")):
        known(cast, title, 5 - number)
    for who, address, width in (("ana", "/week/", 390), ("marta", "/groups/", 1440)):
        page = page_as(who, viewport={"width": width, "height": 844}, java_script_enabled=script)
        page.goto(address)
        offered = page.get_by_role("group", name="Asked before at LLM basics")
        if who == "marta":
            offered.locator("summary", has_text="4 questions asked before at LLM basics").press("Enter")
        expect(offered.locator("details > summary")).to_have_text(
            ["Why divide?", "Where is the key?", "Which version?"]
        )
        answer = offered.get_by_text("Answer to Why divide?")
        expect(answer).to_be_hidden()
        offered.get_by_text("Why divide?", exact=True).press("Enter")
        expect(answer).to_be_visible()
        offered.get_by_role("button", name="Do not show again").press("Enter")
        expect(offered).to_have_count(0)
        page.reload()
        expect(page.get_by_role("heading", name="Clover").first).to_be_visible()
        expect(offered).to_have_count(0)


def test_titles_are_on_the_first_screen_of_a_phone_and_stay_folded(page_as: PageAs, cast: Cast) -> None:
    begin(cast, "ana")
    long = "Why do we divide by the square root of the dimension, and not by the dimension itself?"
    for number, title in enumerate((long, "Where is the key?", "Which version?")):
        known(cast, title, 5 - number)
    material = MaterialFactory.create(milestone=cast.milestones[0], title="Tokens")
    page = page_as("ana", viewport={"width": 390, "height": 844})
    page.goto("/week/")
    offered = page.get_by_role("group", name="Asked before at LLM basics")
    for title in (long, "Where is the key?", "Which version?"):
        expect(offered.get_by_text(title, exact=True)).to_be_in_viewport(ratio=1)
    # A title of several lines keeps its distance from its answer.
    offered.get_by_text(long, exact=True).click()
    words, answer = offered.locator("summary", has_text=long), offered.get_by_text(f"Answer to {long}")
    height = words.evaluate("each => each.getBoundingClientRect().height")
    lines = words.evaluate("""each => {
        const range = document.createRange();
        range.selectNodeContents(each);
        return range.getBoundingClientRect().bottom;
    }""")
    assert height > 60
    assert answer.evaluate("each => each.getBoundingClientRect().top") - lines >= 8
    # Folded, it stays folded when something else is saved.
    offered.get_by_text("3 questions asked before").click()
    page.locator(f"#material-{material.pk}").click()
    expect(page.locator("#messages")).to_contain_text("Tokens is ticked.")
    expect(offered.get_by_text("Where is the key?", exact=True)).to_be_hidden()


@pytest.mark.parametrize("script", [True, False])
def test_it_is_open_once_and_then_one_line(page_as: PageAs, cast: Cast, script: bool) -> None:
    begin(cast, "ana")
    for number, title in enumerate(("Why divide?", "Where is the key?", "Which version?")):
        known(cast, title, 5 - number)
    page = page_as("ana", viewport={"width": 390, "height": 844}, java_script_enabled=script)
    offered = page.get_by_role("group", name="Asked before at LLM basics")
    first = offered.get_by_text("Why divide?", exact=True)
    if not script:
        # Nobody tells the server that it was shown.
        for _ in range(2):
            page.goto("/week/")
            expect(first).to_be_visible()
        return
    with page.expect_response(lambda response: response.url.endswith("/known/seen/")) as told:
        page.goto("/week/")
    assert told.value.status == 204
    # It stays open while it is read, also when something is saved.
    page.get_by_role("button", name="Need help").click()
    expect(page.locator("#messages")).to_contain_text("LLM basics")
    expect(first).to_be_visible()
    page.goto("/week/")
    expect(first).to_be_hidden()
    expect(page.locator("#meeting")).to_be_in_viewport()
    offered.get_by_text("3 questions asked before").click()
    expect(first).to_be_visible()


def test_mentor_reads_them_on_the_page_of_the_group(page_as: PageAs, cast: Cast) -> None:
    begin(cast, "ana", "bruno")
    known(cast, "Why divide?", 1)
    page = page_as("marta", viewport={"width": 390, "height": 844})
    page.goto(f"/groups/{cast.clover.pk}/")
    offered = page.get_by_role("group", name="Asked before at LLM basics")
    offered.get_by_text("1 question asked before at LLM basics").click()
    offered.get_by_text("Why divide?", exact=True).click()
    expect(offered.get_by_text("Answer to Why divide?")).to_be_visible()
    assert Axe().run(page).response["violations"] == []
    offered.get_by_role("button", name="Do not show again").click()
    expect(offered).to_have_count(0)
    expect(page.get_by_role("heading", level=1)).to_have_text("Clover")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Clover")
    expect(offered).to_have_count(0)
