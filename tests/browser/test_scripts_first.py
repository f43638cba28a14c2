"""What one can press works from the first moment it is seen: a page is painted once its scripts have run."""

import re

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import PageAs
from tests.conftest import Cast

pytestmark = pytest.mark.browser
SCRIPTS = re.compile(r"\.js$")
# htmx begins last of all, once the scripts have run: what it looks after has its mark.
NOTE_FIRST_FRAME = """requestAnimationFrame(() => {
    window.hasBegunAtFirstFrame = "htmx-internal-data" in document.querySelector("[hx-get], [hx-post]");
})"""


@pytest.mark.parametrize(("who", "url"), [("ana", "/week/"), ("marta", "/groups/{}/check-ins/now/")])
def test_page_is_painted_once_its_scripts_have_run(page_as: PageAs, cast: Cast, who: str, url: str) -> None:
    page = page_as(who)
    page.add_init_script(NOTE_FIRST_FRAME)
    held: list[Route] = []
    page.route(SCRIPTS, lambda route: held.append(route))
    page.goto(url.format(cast.clover.pk), wait_until="commit")
    # All of the page is there. It had time for many frames.
    expect(page.locator("template#message")).to_be_attached()
    page.evaluate("new Promise((go_on) => setTimeout(go_on, 300))")
    assert page.evaluate("window.hasBegunAtFirstFrame") is None
    for route in held:
        route.continue_()
    page.wait_for_function("() => window.hasBegunAtFirstFrame !== undefined")
    assert page.evaluate("window.hasBegunAtFirstFrame")
