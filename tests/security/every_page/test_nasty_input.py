"""No page breaks, whatever is typed or put into an address: it says no, or shows its form again.

Every page is asked with addresses nobody would type and by methods nobody uses, every field of every form that a role
is shown is sent with values nobody would type, and every form twice, on the furnished cast. A page may answer anything
but a failure of the server.
`make test` runs this on PostgreSQL, which refuses more of it: a NUL, a number that is too large, a row that is there.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.handlers import wsgi
from django.db import transaction
from django.http import QueryDict
from django.test import Client
from django.urls import Resolver404, resolve, reverse

from tests.conftest import Cast
from tests.places import PLACES, Place
from tests.security.every_page.conftest import PEOPLE

# Thousands of requests that only break or do not: the lines they reach count as tested where other tests reach them.
pytestmark = pytest.mark.no_cover

ROLES = ("ana", "marta", "ines")
HUGE = 10**30
WORDS = ["9999-W53", "2999-W52", "0001-W01", "x" * 3000, "no\x00", "٣", "%ff", "../admin", "2026-W38\n"]
# A field may take these for good, and an action after it stumble: each is sent alone, the other fields as they were.
TAKEN = ["", "-1", "0001-01-01", "9999-12-31", "a\r\nBcc: b@c.d"]
# Fields that read numbers, dates and addresses refuse these, or break: all that is typed in a form is sent at once.
REFUSED = ["no\x00thing", "9" * 5000, "1e400", "١٢", "https://[::1"]
VALUES = [*REFUSED, *TAKEN]
# The value for a field that one of its kind does.
TAKEN_BY = {
    "text": ["", "9999-12-31", "a\r\nBcc: b@c.d"],
    "email": ["", "a\r\nBcc: b@c.d"],
    "url": ["", "a\r\nBcc: b@c.d"],
    "search": ["", "a\r\nBcc: b@c.d"],
    "checkbox": [""],
    "date": ["", "0001-01-01", "9999-12-31"],
    "number": ["", "-1"],
    "radio": [""],
    "select": [""],
    "textarea": ["", "a\r\nBcc: b@c.d"],
}
# Values that nobody types are a number, a date or a name of ours: each is sent alone, since the first that is refused
# ends it.
HIDDEN = ["no\x00thing", "9" * 5000, "١٢", "", "-1", "9999-12-31"]
# The way back is read by one function, which has tests of its own.
WAYS_BACK = ["no\x00thing", "https://[::1"]
NUMBERS = ["9" * 5000]
# Query parameters of lists, searches and prefilled forms.
QUERY = [
    "q", "page", "show", "sort", "title", "milestone", "material", "original", "line", "q0-title", "q0-again",
    "status", "category", "group", "cohort", "visibility", "mentor", "role", "direction", "state", "week", "text",
    "like", "starts_on", "student", "behind",
]  # fmt: skip


@dataclass
class Form:
    """A form of a page: where it goes, and what a browser would send."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    # The kind of each field in which something is typed or chosen.
    typed: dict[str, str] = field(default_factory=dict)


class Forms(HTMLParser):
    """Gathers all forms of a page with every field they know, ticked or not."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.page = page
        self.forms: list[Form] = []
        self.is_inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.is_inside = True
            self.forms.append(Form(said.get("action") or self.page, said.get("method", "get").lower()))
        elif self.is_inside and tag in ("input", "textarea", "select", "button") and said.get("name"):
            if said.get("type") != "file" and said["name"] != "csrfmiddlewaretoken":
                fields = self.forms[-1].fields
                if said["name"] not in fields or "checked" in said:
                    fields[said["name"]] = said.get("value", "")
                if tag != "button" and said.get("type") != "hidden":
                    kind = tag if tag != "input" else said.get("type", "text")
                    self.forms[-1].typed[said["name"]] = kind
        elif self.is_inside and tag == "option" and "selected" in said and self.forms[-1].fields:
            self.forms[-1].fields[list(self.forms[-1].fields)[-1]] = said.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.is_inside = False


def forms_of(html: str, page: str) -> list[Form]:
    parser = Forms(page)
    parser.feed(html)
    return parser.forms


def answered(client: Client, method: str, url: str, fields: dict[str, Any]) -> tuple[int, str]:
    """Ask, undo what it did, and return the status and what broke; "" if nothing did."""
    status = 500
    with transaction.atomic():
        try:
            status = getattr(client, method)(url, fields).status_code
            # No worker is at work in tests, which is what that page says.
            is_broken = status >= 500 and not url.startswith(reverse("readyz"))
            broken = f"{status}" if is_broken else ""
        except Exception as error:
            broken = f"{type(error).__name__}: {error}"[:200]
        transaction.set_rollback(True)
    return status, broken


def sent(client: Client, method: str, url: str, fields: dict[str, Any]) -> str:
    """Ask, undo what it did, and return what broke; "" if nothing did."""
    return answered(client, method, url, fields)[1]


def is_refused(client: Client, url: str, fields: dict[str, Any]) -> bool:
    """Whether this person may not post this, whatever stands in the fields."""
    with transaction.atomic():
        status = client.post(url, fields).status_code
        transaction.set_rollback(True)
    return status == 403


def twisted(place: Place) -> Iterator[list[Any]]:
    """The arguments of the page, each in turn made into something that is not there."""
    for at, arg in enumerate(place.args):
        for other in (2**31, HUGE) if isinstance(arg, int) else WORDS:
            yield [*place.args[:at], other, *place.args[at + 1 :]]


@pytest.mark.parametrize("name", PLACES)
def test_no_address_breaks_a_page(furnished: Cast, browser_of: Callable[..., Client], name: str) -> None:
    """Asked by who may see most: what an address means is read alike for everybody, and before what is sent to it."""
    place = PLACES[name](furnished)
    broken = {}
    for args in twisted(place):
        try:
            url = reverse(name, args=args)
        except Exception:  # noqa: S112 - an address that cannot be written is one that nobody can ask for
            continue
        for method in ("get", "post"):
            status, told = answered(browser_of("ines"), method, url, place.fields)
            if told:
                broken[method, url[:120]] = told
            if status == 404:
                break
    assert broken == {}


class Noting(QueryDict):
    """A query that notes whether anything was read of it."""

    is_read = False

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        Noting.is_read = False

    def __getitem__(self, key: str) -> Any:
        Noting.is_read |= key in QUERY
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        Noting.is_read |= key in QUERY
        return super().__contains__(key)

    def _getlist(self, key: str, default: Any = None, force_list: bool = False) -> Any:
        Noting.is_read |= key in QUERY
        return super()._getlist(key, default, force_list)  # type: ignore[misc]

    def __iter__(self) -> Iterator[str]:
        Noting.is_read = True
        return super().__iter__()

    def lists(self) -> Any:
        Noting.is_read = True
        return super().lists()


@pytest.mark.parametrize("name", PLACES)
def test_no_query_breaks_a_page(
    furnished: Cast, browser_of: Callable[..., Client], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = PLACES[name](furnished)
    url = reverse(name, args=place.args)
    broken: dict[tuple[str, ...], str] = {}
    monkeypatch.setattr(wsgi, "QueryDict", Noting)
    queries = [dict.fromkeys(QUERY, value[:3000]) for value in VALUES]
    queries += [{**place.fields, "page": value[:3000]} for value in NUMBERS]
    for role in reversed(ROLES):
        status = browser_of(role).get(url, place.fields).status_code
        if status == 405:
            return
        # An address is read alike for everybody: all values for one who is shown the page, if it reads any of them.
        if status >= 400:
            continue
        for query in queries:
            if told := sent(browser_of(role), "get", url, query):
                broken[role, *query, query["page"][:40]] = told
            if not Noting.is_read:
                break
        break
    assert broken == {}


def own_forms(html: str, page: str, name: str) -> Iterator[Form]:
    """The forms of a page that go to itself; that to sign out, which all pages have, on one."""
    for form in forms_of(html, page):
        try:
            view = resolve(urlsplit(form.action).path).view_name
        except Resolver404:
            continue
        if view == name or (view, name) == ("account_logout", "people:account"):
            yield form


def tries(form: Form, keys: list[str]) -> Iterator[dict[str, str]]:
    """The values to send instead in some of its fields."""
    if form.method == "get":
        # It only reads, and what it reads is an address, of which each part is read by itself.
        for value in VALUES if keys else ():
            yield dict.fromkeys(keys, value)
        return
    for key in keys:
        hidden = WAYS_BACK if key == "next" else HIDDEN
        for value in TAKEN_BY.get(form.typed[key], TAKEN) if key in form.typed else hidden:
            yield {key: value}
    if typed := form.typed.keys() & set(keys):
        for value in REFUSED:
            yield dict.fromkeys(typed, value)


@pytest.mark.parametrize("name", PLACES)
def test_no_field_breaks_a_form(furnished: Cast, browser_of: Callable[..., Client], name: str) -> None:
    place = PLACES[name](furnished)
    page = reverse(name, args=place.args)
    broken = {}
    seen: set[tuple[str, str]] = set()
    for role in ROLES:
        response = browser_of(role).get(page, place.fields)
        if response.status_code == 405:
            # Tried by who may post it. If nobody of them may, by the last.
            if role != ROLES[-1] and is_refused(browser_of(role), page, place.fields):
                continue
            forms = [Form(page, "post", {**place.fields, "next": ""})]
        elif response.status_code == 200 and "html" in response["Content-Type"]:
            forms = [*own_forms(response.text, page, name)]
            if hasattr(response, "context") and place.fields:
                forms.append(Form(page, "post", place.fields))
        else:
            continue
        for form in forms:
            keys = {(urlsplit(form.action).path, re.sub(r"[0-9]+", "#", key)): key for key in form.fields}
            new = [key for mark, key in keys.items() if mark not in seen]
            seen |= keys.keys()
            for nasty in tries(form, new):
                # A form may sign out, so each is sent from a browser of its own.
                if told := sent(browser_of(role), form.method, form.action, {**form.fields, **nasty}):
                    broken[role, form.action, *nasty, next(iter(nasty.values()))[:30]] = told
    assert broken == {}


# Values that no form sends, with the role that sends them to the first page; the next role sends them to the next page.
METHODS = {"head": 0, "options": 1, "put": 2, "delete": 4}


@pytest.mark.parametrize("name", PLACES)
def test_no_method_breaks_a_page_or_does_what_a_form_does(
    furnished: Cast, browser_of: Callable[..., Client], name: str
) -> None:
    place, turn = PLACES[name](furnished), list(PLACES).index(name)
    url = reverse(name, args=place.args)
    found = {}
    for method, first in METHODS.items():
        who = PEOPLE[(first + turn) % len(PEOPLE)]
        status, broken = answered(browser_of(who), method, url, {})
        is_done = method not in ("head", "options") and status not in REFUSALS
        if broken or is_done:
            found[method, who] = broken or status
    assert found == {}


# Nothing was done, and nothing would be if it were asked again.
REFUSALS = (403, 404, 405)


@pytest.mark.parametrize("name", PLACES)
def test_what_is_sent_twice_breaks_nothing(
    furnished: Cast, browser_of: Callable[..., Client], name: str
) -> None:
    """By the first who may: whoever else may sends it to the same deed."""
    place = PLACES[name](furnished)
    url = reverse(name, args=place.args)
    for role in ROLES:
        with transaction.atomic():
            answers = [browser_of(role).post(url, place.fields).status_code]
            if answers[0] not in REFUSALS:
                answers.append(browser_of(role).post(url, place.fields).status_code)
            transaction.set_rollback(True)
        assert max(answers) < 500 or name == "readyz", (role, answers)
        if len(answers) == 2:
            break
