"""The rights of each role: every URL asked as each role, and held against docs/roles.md, which is the rule.

On the same walk: a GET changes nothing, no page leads elsewhere, every answer carries the headers, and every form that
is saved once its key.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.conftest import Cast
from tests.places import PLACES, Place
from tests.security.every_page.writes import written
from tests.security.headers import lacking
from tests.security.sent_twice import unlike_their_views

# Thousands of requests that only break or do not: the lines they reach count as tested where other tests reach them.
pytestmark = pytest.mark.no_cover

ROLES = {
    "nobody": None,
    "stranger": "zoe",
    "student": "ana",
    "other student": "dalia",
    "mentor": "marta",
    "other mentor": "tomas",
    "admin": "ines",
}
# Of the thing's owner alone, whatever role the owner has; in the table it is Ana's.
OF_OWNERS = {
    "people:provider-remove",
    "people:session-end",
    "questions:answer-edit",
    "questions:ask-remove",
    "questions:question-again",
    "questions:question-answers-it",
}
# Of no course yet, and so open to the stranger of the table, who administers another one.
OF_NO_COURSE = {"groups:course-new"}
# Without a provider that signs people in.
OF_PROVIDERS = {"github_login", "github_callback", "openid_connect_login", "openid_connect_callback"}
# The course list is everybody's to ask and shows one's own; outside the demo its sign-in is nowhere; a second factor is
# given after a password, and again or removed by who has one.
WITHOUT_ANSWER = {
    "groups:course-list",
    "mfa_authenticate",
    "mfa_reauthenticate",
    "people:demo-sign-in",
    *OF_PROVIDERS,
}
TABLE = Path(__file__).parents[3] / "docs" / "roles.md"
# Pages of libraries: allauth's own rules and tests hold for them, and the admin is for operators.
OF_LIBRARIES = re.compile(r"^(admin:|account_)")


@cache
def rows() -> dict[str, list[str]]:
    """The table: the name of a page to the answer for each role."""
    cells = [
        [cell.strip() for cell in line.strip("| \n").split("|")]
        for line in TABLE.read_text().splitlines()
        if line.startswith("| `")
    ]
    return {name.strip("`"): answers for name, _, *answers in cells}


def patterns(resolver: URLResolver, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from patterns(pattern, inner)
        else:
            yield f"{namespace}{pattern.name}", pattern


def our_pages() -> dict[str, URLPattern]:
    return {
        name: pattern
        for name, pattern in patterns(get_resolver())
        if not OF_LIBRARIES.match(name) and not name.startswith("None")
    }


def answer(status: int, location: str) -> str:
    if status == 302 and location.startswith("/account/login/"):
        return "sign in"
    return str(status) if status in (403, 404) else "yes"


def test_every_page_declares_its_audience() -> None:
    undeclared = [
        name for name, pattern in our_pages().items() if not getattr(pattern.callback, "audience", None)
    ]
    assert undeclared == []


def test_every_page_has_one_address() -> None:
    names = [name for name, _ in patterns(get_resolver()) if not OF_LIBRARIES.match(name)]
    assert sorted({name for name in names if names.count(name) > 1} - {"None"}) == []


def test_every_page_stands_in_the_table_and_no_other() -> None:
    assert set(rows()) == set(our_pages())


def test_every_page_can_be_asked() -> None:
    assert set(PLACES) == set(our_pages())


# A look that is told to the student is kept, that they read their news, an export is noted for the course admins, a
# spreadsheet's reading is counted, and nothing else is written.
NEWS_READ = ('UPDATE "groups_enrolment" SET "news_read_at"',)
KEPT_LOOKS = {
    "tracker:my-week": NEWS_READ,
    "tracker:week": NEWS_READ,
    "tracker:as-student": ('INSERT INTO "tracker_weeklook"',),
    "sheets:export-csv": ('INSERT INTO "people_deed"',),
    "sheets:export-workbook": ('INSERT INTO "people_deed"',),
    "sheets:sheet-csv": ('INSERT INTO "people_tokenbucket"', 'UPDATE "sheets_sheetaddress" SET "read_on"'),
}
# Answered as plain text before anything else.
PLAIN = {"healthz", "readyz"}
ELSEWHERE = "https://evil.example/"


def ask(name: str, place: Place, client: Client) -> str:
    """Ask by every method the page has, and undo what it did; the methods must agree."""
    told = set()
    url = reverse(name, args=place.args)
    back = {"Referer": ELSEWHERE, "HX-Current-URL": ELSEWHERE}
    with transaction.atomic(), written() as changes:
        got = client.get(url, place.fields)
        transaction.set_rollback(True)
    kept = KEPT_LOOKS.get(name, ())
    assert [sql for sql in changes if "django_session" not in sql and not sql.startswith(kept)] == []
    with transaction.atomic(), written() as changes:
        posted = client.post(url, {**place.fields, "next": ELSEWHERE}, headers=back)
        transaction.set_rollback(True)
    if posted.status_code in (403, 404):
        # A refusal changes nothing.
        assert [sql for sql in changes if "django_session" not in sql] == []
    # Each page's way back comes from `way_back`, whose own tests try more.
    to = posted.get("Location", "")
    assert not to or (to.startswith("/") and to[1:2] not in ("/", "\\"))
    for response in (got, posted):
        assert name in PLAIN or lacking(response) == set()
        if response.get("Content-Type", "").startswith("text/html"):
            assert unlike_their_views(response.text, url) == set()
        if response.status_code != 405:
            told.add(answer(response.status_code, response.get("Location", "")))
    return " or ".join(sorted(told))


@pytest.mark.parametrize("name", PLACES)
def test_page_answers_each_role_as_the_table_says(
    furnished: Cast, browser_of: Callable[..., Client], name: str
) -> None:
    place = PLACES[name](furnished)
    assert dict(zip(ROLES, rows()[name], strict=True)) == {
        role: ask(name, place, browser_of(who) if who else Client()) for role, who in ROLES.items()
    }


def test_audience_declares_who_is_let_in() -> None:
    """A view's audience and the table's row are the same in two words.

    A page for mentors of another group is one for mentors; a page for the owner of a thing may declare more roles than
    the thing of the table, which is Ana's, lets in.
    """
    words = {
        "nobody": {"anybody"},
        "stranger": {"anybody", "anybody signed in"},
        "student": {"anybody", "anybody signed in", "student"},
        "mentor": {"anybody", "anybody signed in", "mentor"},
        "admin": {"anybody", "anybody signed in", "course admin"},
    }
    pages, differ = our_pages(), {}
    for name in PLACES.keys() - WITHOUT_ANSWER:
        audience: frozenset[str] = getattr(pages[name].callback, "audience", frozenset())
        let_in = {role for role, told in zip(ROLES, rows()[name], strict=True) if told == "yes"}
        declared = {role for role, named in words.items() if audience & named}
        if name in OF_NO_COURSE:
            let_in.discard("stranger")
        if not let_in & set(words) <= declared or (name not in OF_OWNERS and not declared <= let_in):
            differ[name] = (declared, let_in)
    assert differ == {}
