"""A real browser for the tests: the system's Chromium where there is one, signed in as somebody of the cast."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.db.models import Model
from django.test import Client
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, expect
from pytest_django.live_server_helper import LiveServer

from courses.models import Cohort
from groups.models import Enrolment, Membership, Mentorship, PlanItem
from lib.weeks import monday_of
from people.models import User
from tests.browser.clock import BEGINS, today
from tests.conftest import TODAY, Cast, make_cast
from tests.factories.tracker import CheckInFactory

type PageAs = Callable[..., Page]

# Playwright's loop makes Django think that it is asked from asynchronous code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

# Says how soon a failure is told, no more: a machine that does much else takes seconds for an answer.
expect.set_options(timeout=20_000)
# Without windows first: the journeys of three files took 44 s of CPU in it and 75 s in Chromium itself.
BROWSERS = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
QUIET = [
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
DAYS: dict[type[Model], str] = {
    Cohort: "starts_on",
    Enrolment: "started_on",
    Membership: "started_on",
    Mentorship: "started_on",
    PlanItem: "due_on",
}


@pytest.fixture(autouse=True)
def _day() -> Iterator[None]:
    """A clock that goes: the pages of these tests wait for each other."""
    with time_machine.travel(BEGINS):
        yield


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Start the browser that CHROMIUM names, else one of the system, else Playwright's own."""
    named = os.environ.get("CHROMIUM")
    path = named if named is not None else next(filter(None, map(shutil.which, BROWSERS)), "")
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {
        **browser_type_launch_args,
        **({"executable_path": path} if path else {}),
        "args": [*QUIET, *sandbox],
    }


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Keep SQLite in a file, as production does: the server's threads would lock each other out of a shared memory."""
    default = settings.DATABASES["default"]
    if default["ENGINE"] == "django.db.backends.sqlite3":
        default["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")
        # Nothing outlives the run, so nothing has to reach the disk.
        options = default["OPTIONS"]
        options["init_command"] = options["init_command"].replace("synchronous=FULL", "synchronous=OFF")


@pytest.fixture(scope="session")
def live_server(django_db_setup: None, live_server: LiveServer) -> LiveServer:
    """Start the server once the database is there: one in memory it would share between its threads."""
    return live_server


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    # Its table belongs to no model, so it is not emptied: limits of signing in would count what other journeys did at
    # the moment at which all begin.
    cache.clear()
    return cast_of_this_week()


@pytest.fixture
def met(cast: Cast) -> None:
    """Each group met in its first week: what a first day asks for stands on no page any longer."""
    for group in (cast.clover, cast.juniper):
        week = monday_of(cast.cohort.starts_on)
        CheckInFactory.create(group=group, week_starts_on=week, logged_by=cast.marta, logged_at=BEGINS)


def cast_of_this_week() -> Cast:
    """The cast, moved by whole weeks: its third teaching week is the one in which the journeys begin."""
    made = make_cast()
    weeks = monday_of(today()) - monday_of(TODAY)
    for model, name in DAYS.items():
        for row in model._default_manager.all():
            setattr(row, name, getattr(row, name) + weeks)
            model._default_manager.filter(pk=row.pk).update(**{name: getattr(row, name)})
    # The cast keeps the days of the story.
    made.cohort.refresh_from_db(fields=["starts_on"])
    for stay in (made.ana, made.bruno, made.chidi, made.dalia, made.emre, made.fatima):
        stay.refresh_from_db(fields=["started_on"])
        stay.enrolment.refresh_from_db(fields=["started_on"])
    return made


@pytest.fixture
def page_of(
    new_context: Callable[..., BrowserContext], live_server: LiveServer, transactional_db: None
) -> Iterator[PageAs]:
    """Open a page in which this person is signed in: `page_of(person, color_scheme="dark")`.

    Each is a browser of its own; further arguments are those of Playwright's contexts. Addresses are relative to the
    server. At the end the test fails if any of them logged an error (a violation of the CSP is one), threw one, or
    asked another host for something.
    """
    problems: list[str] = []

    def sign_in(person: User, **arguments: Any) -> Page:
        context = signed_in_context(new_context, live_server, person, **arguments)
        listen(context, live_server.url, problems)
        return context.new_page()

    yield sign_in
    # The browser notes that a refused form is answered with 422, and that of a second person with 409.
    assert [problem for problem in problems if not re.search("status of (422|409)", problem)] == []


def signed_in_context(
    new_context: Callable[..., BrowserContext], live_server: LiveServer, person: User, **arguments: Any
) -> BrowserContext:
    client = Client()
    client.force_login(person)
    context = new_context(base_url=live_server.url, **arguments)
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}])
    return context


@pytest.fixture
def page_as(cast: Cast, page_of: PageAs) -> PageAs:
    """Open a page in which the person of that first name is signed in: `page_as("marta", color_scheme="dark")`."""
    return lambda name, **arguments: page_of(cast.person(name), **arguments)


def open_place(page: Page, name: str) -> None:
    """Follow a place of a cohort that is behind *More*; on a phone the line that names the cohort opens all."""
    places = page.locator(".daily")
    more = places.get_by_text("More", exact=True)
    (more if more.is_visible() else places.locator("summary:visible")).click()
    places.get_by_role("link", name=name, exact=True).click()


# No frame comes before the scripts have run; what is looked up while one types is busy from the first key on.
SETTLED = """() => document.readyState === "complete"
    && !document.querySelector("[aria-busy=true], .htmx-request, form[data-sent]")"""


def settled(page: Page) -> Page:
    """Wait until the page has nothing under way: its scripts ran, and what was sent or looked up is answered.

    Playwright waits by itself for what is clicked or expected. This is for what it does not wait for: keys, what a
    script does with a field, and all that is read at once, such as a box, a count or a value.
    """
    page.wait_for_load_state()
    page.wait_for_function(SETTLED)
    return page


def listen(context: BrowserContext, url: str, problems: list[str]) -> None:
    """Note what goes wrong in the pages of this browser, and what they ask another host than that of this address."""
    host = urlsplit(url).netloc

    def on_console(told: ConsoleMessage) -> None:
        if told.type == "error":
            problems.append(told.text)

    def on_request(request: Request) -> None:
        asked = urlsplit(request.url)
        if asked.scheme in ("http", "https", "ws", "wss") and asked.netloc != host:
            problems.append(f"asked {request.url}")

    context.on("console", on_console)
    context.on("weberror", lambda error: problems.append(str(error.error)))
    context.on("request", on_request)
