"""Two people look at the same group: what one marks appears at the other within 20 s, and moves nothing of theirs."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.clock import today
from tests.browser.conftest import PageAs, settled, signed_in_context
from tests.conftest import Cast
from tests.factories.questions import QuestionFactory
from tracker.actions.progress import mark

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("met")]
LIVE = re.compile(r"/live/")


def looking(page: Page, url: str) -> Page:
    """Open a page whose clock the test turns."""
    page.clock.install()
    page.goto(url)
    return page


def cell_of(page: Page, cast: Cast, name: str, milestone: int) -> Locator:
    return page.locator(f"#row-{cast.enrolment(name).pk} td.m").nth(milestone)


def chidi_marks(cast: Cast, state: str) -> None:
    by, enrolment = cast.person("chidi"), cast.enrolment("chidi")
    mark(enrolment=enrolment, milestone=cast.milestones[0], state=state, by=by, at=timezone.now())


def shows(page: Page, cast: Cast, state: str) -> None:
    expect(cell_of(page, cast, "chidi", 0).locator(f"use[href='#mark-{state}']")).to_have_count(1)


def top_of(place: Locator) -> float:
    box = place.bounding_box()
    assert box
    return box["y"]


@pytest.mark.parametrize(("who", "url"), [("ana", "/week/"), ("ana", "/groups/{}/"), ("marta", "/groups/")])
def test_mark_of_one_appears_at_the_other(page_as: PageAs, cast: Cast, who: str, url: str) -> None:
    page = looking(page_as(who), url.format(cast.clover.pk))
    other = page_as("chidi")
    other.goto("/week/")
    other.get_by_role("button", name="Done", exact=True).first.click()
    expect(other.locator("#week-done")).to_contain_text("LLM basics is done.")
    expect(cell_of(page, cast, "chidi", 0).locator("use[href='#mark-done']")).to_have_count(0)
    page.clock.fast_forward(15_000)
    shows(page, cast, "done")
    expect(page.locator("#messages .message")).to_have_count(0)


def test_what_is_typed_stays_where_it_is(page_as: PageAs, cast: Cast) -> None:
    page = looking(page_as("ana"), "/week/")
    page.get_by_role("button", name="Need help", exact=True).click()
    field = page.get_by_label("What do you need?")
    field.press_sequentially("Why divide")
    field.press("Home")
    field.press("ArrowRight")
    before = top_of(field)
    chidi_marks(cast, "need_help")
    page.clock.fast_forward(15_000)
    shows(page, cast, "need_help")
    expect(field).to_be_focused()
    page.keyboard.type("!")
    expect(field).to_have_value("W!hy divide")
    assert top_of(field) == before


def test_what_a_mentor_points_at_stays_where_it_is(page_as: PageAs, cast: Cast) -> None:
    # Nobody is behind, so that the list of who needs the mentor is new.
    cast.clover.plan_items.update(due_on=today() + timedelta(days=9))
    page = looking(page_as("marta"), "/groups/")
    aimed = cell_of(page, cast, "bruno", 2)
    aimed.hover()
    before = top_of(aimed)
    chidi_marks(cast, "need_help")
    page.clock.fast_forward(15_000)
    expect(page.get_by_role("region", name="Chidi needs help")).to_be_visible()
    assert top_of(aimed) == pytest.approx(before, abs=1)


def test_group_whose_link_has_the_focus_waits_and_no_other_does(page_as: PageAs, cast: Cast) -> None:
    cast.juniper.mentorships.create(person=cast.marta, started_on=today())
    page = looking(page_as("marta"), "/groups/")
    name = page.locator(f"#group-{cast.clover.pk}-name").get_by_role("link")
    name.focus()
    chidi_marks(cast, "done")
    QuestionFactory.create(membership=cast.juniper.memberships.first(), title="Why divide by the root?")
    page.clock.fast_forward(15_000)
    expect(page.locator("#questions")).to_contain_text("Why divide by the root?")
    expect(name).to_be_focused()
    expect(cell_of(page, cast, "chidi", 0).locator("use[href='#mark-done']")).to_have_count(0)
    name.blur()
    page.clock.fast_forward(15_000)
    shows(page, cast, "done")


def test_answer_that_is_older_than_ones_own_mark_is_left_out(page_as: PageAs, cast: Cast) -> None:
    held: list[tuple[Route, Any]] = []
    page = looking(page_as("marta"), "/groups/")
    chidi_marks(cast, "working")
    page.route(LIVE, lambda route: held.append((route, route.fetch())))
    with page.expect_request(LIVE):
        page.clock.fast_forward(15_000)
    while not held:
        page.wait_for_timeout(50)
    own = cell_of(page, cast, "bruno", 0)
    own.get_by_role("button").click()
    expect(page.locator("#messages")).to_contain_text("Bruno’s LLM basics is done.")
    ((route, answer),) = held
    with page.expect_response(LIVE):
        route.fulfill(response=answer)
    settled(page)
    expect(own.locator("use[href='#mark-done']")).to_have_count(1)
    # The rest of the group comes with the next.
    page.unroute(LIVE)
    page.clock.fast_forward(15_000)
    shows(page, cast, "working")


def test_hidden_tab_asks_once_it_is_seen(page_as: PageAs, cast: Cast) -> None:
    page = looking(page_as("ana"), "/week/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if LIVE.search(request.url) else None)
    see = "Object.defineProperty(document, 'hidden', {get: () => HIDDEN, configurable: true});"
    page.evaluate(see.replace("HIDDEN", "true"))
    chidi_marks(cast, "done")
    page.clock.fast_forward(60_000)
    page.clock.run_for(60_000)
    assert asked == []
    page.evaluate(see.replace("HIDDEN", "false") + "document.dispatchEvent(new Event('visibilitychange'));")
    shows(page, cast, "done")
    assert len(asked) == 1


def test_who_is_signed_out_is_told_once(
    new_context: Callable[..., BrowserContext], live_server: LiveServer, cast: Cast
) -> None:
    # The console says 401, so that this is no page of `page_as`.
    page = looking(signed_in_context(new_context, live_server, cast.marta).new_page(), "/groups/")
    page.context.clear_cookies()
    with page.expect_response(LIVE) as answer:
        page.clock.fast_forward(15_000)
    assert answer.value.status == 401
    expect(page.locator("#messages .message")).to_have_text(re.compile("You are signed out."))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.clock.run_for(60_000)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("#messages .message")).to_have_count(1)
    assert asked == []
