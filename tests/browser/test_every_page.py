"""Every page, as students see it and as who may do most, on a phone in the dark and on a desktop in the light.

Pages on which others may do more are looked at as students on the phone alone, but for their own week. None
may break a rule of accessibility (axe, WCAG 2.2 AA), scroll sideways (at 320 px neither, which is 1,280 px at 400 %),
log an error, ask another host, or be painted before its scripts have run; on a phone all that is pressed has 44 px. On
tablets and in half a window they do not scroll sideways either, and no cell is narrower than its longest word.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import time_machine
from axe_playwright_python.base import AXE_SCRIPT
from django.core.management import call_command
from django.urls import reverse
from playwright.sync_api import Browser, Page
from pytest_django import DjangoDbBlocker
from pytest_django.live_server_helper import LiveServer

from tests.browser.clock import BEGINS
from tests.browser.conftest import cast_of_this_week, listen, settled, signed_in_context
from tests.places import PLACES, furnish
from tests.security.every_page.test_roles import our_pages, rows

pytestmark = pytest.mark.browser

# Asked for by a form or a part of a page, not opened by people; or nothing to see.
NOT_OPENED = {
    "healthz",
    "readyz",
    "tracker:check-in-similar",
    "tracker:group-live",
    "tracker:my-groups-live",
    "tracker:week-live",
    "questions:question-similar",
    "questions:picture",
    "tracker:check-in-now",
    "tracker:home",
    "groups:course-new",
    "people:demo-sign-in",
    "github_callback",
    "openid_connect_callback",
    "people:download",
    "people:first-operator",
    "sheets:export-csv",
    "sheets:export-workbook",
    "sheets:export-workbooks",
    "sheets:sheet-csv",
    "telling:calendar-ics",
    "trends:trends-csv",
    "trends:trends-effects",
}
# Opened with the fields of its place in the address, which say what it is about.
OPENED_WITH_FIELDS = {"trends:need-new"}
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    # All that passes need not be told.
    "resultTypes": ["violations"],
    # Styles and media loaded once more, for rules that are not asked.
    "preload": False,
}
# A phone in the dark may show these otherwise than a desktop: colours, sizes, and names whose words it has no room for.
RULES_OF_LOOKS = RULES | {
    "runOnly": [
        "aria-command-name", "aria-input-field-name", "aria-toggle-field-name", "button-name", "color-contrast",
        "input-button-name", "label", "link-in-text-block", "link-name", "scrollable-region-focusable",
        "select-name", "summary-name", "svg-img-alt", "target-size",
    ],
}  # fmt: skip
WHO = {"student": "ana", "mentor": "marta", "admin": "ines"}
LOOKS = [("light", 1440, 900), ("dark", 390, 844)]
BETWEEN = (744, 820, 1024)


def opened() -> list[tuple[str, str, str]]:
    """Each page that is opened by a GET, with who studies, if it is for them, and who else may do most; and on what."""
    found = []
    for name, answers in rows().items():
        told = dict(
            zip(
                ("nobody", "stranger", "student", "other", "mentor", "other mentor", "admin"),
                answers,
                strict=True,
            )
        )
        if name in NOT_OPENED or is_posted(name):
            continue
        let_in = [role for role in WHO if told[role] == "yes"]
        if "student" in let_in[:-1]:
            found.append((name, "student", "both" if name == "tracker:my-week" else "phone"))
        if let_in:
            found.append((name, let_in[-1], "both"))
    return found


def is_posted(name: str) -> bool:
    """Whether the page only takes posts: its view says so by the decorator that wraps it."""
    view = our_pages()[name].callback
    cells = [cell.cell_contents for cell in (view.__closure__ or ())]
    return ["POST"] in cells or ["POST"] in [list(cell) for cell in cells if isinstance(cell, (list, tuple))]


def faults_of(page: Page, rules: dict[str, Any] = RULES) -> list[str]:
    """The findings of axe, and whether the page scrolls sideways."""
    settled(page)
    # Half a megabyte of script, so once a page.
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    violations = page.evaluate("options => axe.run(options).then(found => found.violations)", rules)
    faults = [
        f"{violation['id']}: {node['target']} {node['failureSummary']}"
        for violation in violations
        for node in violation["nodes"]
    ]
    return faults + sideways(page)


def sideways(page: Page) -> list[str]:
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [f"scrolls sideways by {wide} px"] if wide > 0 else []


# Words of cells that stand in two lines. An address may break anywhere, and so may a word that no column has room for.
BROKEN = r"""() => {
    const WORD = /(?<![\p{L}\p{N}@._/-])[\p{L}\p{N}]{2,20}(?![\p{L}\p{N}@_/])/gu;
    const range = document.createRange();
    const broken = [];
    for (const cell of document.querySelectorAll("table :is(th, td)")) {
        // A head for screen readers alone.
        if (getComputedStyle(cell.parentElement.parentElement).clipPath !== "none") continue;
        const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
        while (texts.nextNode()) {
            const { data, parentElement } = texts.currentNode;
            if (!parentElement.checkVisibility() || parentElement.closest(".visually-hidden")) continue;
            for (const { 0: word, index } of data.matchAll(WORD)) {
                range.setStart(texts.currentNode, index);
                range.setEnd(texts.currentNode, index + word.length);
                const boxes = [...range.getClientRects()].filter(({ width }) => width > 0);
                if (new Set(boxes.map(({ top }) => Math.round(top))).size > 1) {
                    broken.push(`${word} is broken in a cell of ${cell.clientWidth} px`);
                }
            }
        }
    }
    return broken;
}"""


def faults_between(page: Page) -> list[str]:
    """The faults of a page that is narrower than a desk and wider than a phone: the page is loaded once for all."""
    faults = []
    # A form leads here as soon as the page is read, before its stylesheets are.
    page.wait_for_load_state("load")
    for width in BETWEEN:
        page.set_viewport_size({"width": width, "height": 1180})
        faults += [f"{width}: {fault}" for fault in sideways(page) + page.evaluate(BROKEN)]
    return faults


# Targets: buttons, fields with their labels, what opens, and the links between pages.
SMALL = """(least) => [...document.querySelectorAll(
    "button, .btn, summary, select, textarea, input:not([type=hidden]), nav:not(.breadcrumbs) a"
)].filter((target) => target.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true }))
    .filter((target) => !target.closest(".visually-hidden, .skip-link, [hidden]"))
    .map((target) => {
        const boxes = [target, ...(target.labels ?? [])].map((each) => each.getBoundingClientRect());
        const height = Math.max(...boxes.map((box) => box.height));
        const width = Math.max(...boxes.map((box) => box.width));
        // A word is as wide as it is.
        return [target, width, height, target.textContent.trim() ? 24 : least];
    })
    .filter(([, width, height, wide]) => width && (height < least - 0.5 || width < wide - 0.5))
    .map(([target, width, height]) =>
        `${target.outerHTML.slice(0, 90)} is ${width.toFixed(0)} by ${height.toFixed(0)} px`)"""


def look_at(page: Page, on: str = "both") -> list[str]:
    faults = []
    for scheme, width, height in LOOKS if on == "both" else LOOKS[1:]:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.set_viewport_size({"width": width, "height": height})
        rules = RULES_OF_LOOKS if on == "both" and scheme == "dark" else RULES
        faults += [f"{scheme} {width}: {fault}" for fault in faults_of(page, rules)]
    # A thumb needs more than axe asks for.
    faults += page.evaluate(SMALL, 44)
    page.set_viewport_size({"width": 320, "height": 640})
    return faults + [f"320: {fault}" for fault in sideways(page)] + faults_between(page)


@dataclass(frozen=True)
class Site:
    """The address of each page, and a page of a browser for each role, with all that went wrong in it."""

    urls: dict[str, str]
    pages: dict[str, Page]
    problems: list[str]


@pytest.fixture(scope="module")
def site(browser: Browser, live_server: LiveServer, django_db_blocker: DjangoDbBlocker) -> Iterator[Site]:
    """One of everything, for all tests of this file: pages are only looked at, each role by one browser."""
    with django_db_blocker.unblock():
        with time_machine.travel(BEGINS):
            cast = cast_of_this_week()
            furnish(cast)
            urls = {}
            for name, place in PLACES.items():
                where = place(cast)
                query = where.fields if name in OPENED_WITH_FIELDS else None
                urls[name] = reverse(name, args=where.args, query=query)
            problems: list[str] = []
            contexts = {
                role: signed_in_context(browser.new_context, live_server, cast.person(who))
                for role, who in WHO.items()
            }
        for context in contexts.values():
            listen(context, live_server.url, problems)
        yield Site(urls, {role: context.new_page() for role, context in contexts.items()}, problems)
        for context in contexts.values():
            context.close()
        call_command("flush", verbosity=0, interactive=False)


@pytest.fixture
def transactional_db() -> None:
    """Tests with the live server get this: here its rows stay from test to test."""


@pytest.mark.parametrize(("name", "role", "on"), opened(), ids=lambda value: value)
def test_page_has_no_fault(site: Site, name: str, role: str, on: str) -> None:
    site.problems.clear()
    answer = site.pages[role].goto(site.urls[name])
    assert answer is not None
    assert answer.status < 400
    assert site.pages[role].locator('script:not([blocking="render"])').all() == []
    assert look_at(site.pages[role], on) == []
    assert site.problems == []


@pytest.mark.parametrize(
    "url",
    [
        "/account/login/",
        "/account/login/code/",
        "/account/password/reset/",
        "/account/signup/",
        "/nothing-is-here/",
    ],
)
def test_page_before_signing_in_has_no_fault(
    page: Page, site: Site, live_server: LiveServer, url: str
) -> None:
    for scheme, width, height in LOOKS:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.set_viewport_size({"width": width, "height": height})
        page.goto(live_server.url + url)
        assert faults_of(page) == []
