"""What holds for every page: the way back stays here, a GET changes nothing, a POST wants a token."""

from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.conftest import Cast
from tests.places import PLACES

# Thousands of requests that only break or do not: the lines they reach count as tested where other tests reach them.
pytestmark = pytest.mark.no_cover

EVIL = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "/\\evil.example/",
    "\\\\evil.example",
    "http:///evil.example/",
    "http:evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    " https://evil.example/",
    "\thttps://evil.example/",
    "https://testserver@evil.example/",
    "https://testserver.evil.example/",
    "evil",
    "foo:bar",
    "tracker:home",
    "?x=1",
    "#",
    "/x\r\nSet-Cookie: a=b",
    "/" + "x" * 5000,
    "\x00",
]


def sends_back(client: Client, url: str, fields: dict[str, object]) -> bool:
    """Whether the page goes where `next` says; only such pages are worth all the tries."""
    with transaction.atomic():
        response = client.post(url, {**fields, "next": "/there/"})
        transaction.set_rollback(True)
    return "/there/" in (response.get("Location"), response.get("HX-Location"))


@pytest.mark.parametrize("name", PLACES)
def test_a_way_back_never_leads_elsewhere(
    furnished: Cast, browser_of: Callable[..., Client], name: str
) -> None:
    place = PLACES[name](furnished)
    url = reverse(name, args=place.args)
    led: dict[str, str] = {}
    for role in ("ana", "ines"):
        client = browser_of(role)
        for evil in EVIL if sends_back(client, url, place.fields) else EVIL[:1]:
            for headers in ({}, {"HX-Request": "true", "HX-Current-URL": evil, "Referer": evil}):
                fields = {**place.fields} if headers else {**place.fields, "next": evil}
                safe = {key: value.replace("\r\n", "") for key, value in headers.items()}
                with transaction.atomic():
                    response = client.post(url, fields, headers=safe)
                    transaction.set_rollback(True)
                to = response.get("Location", "") or response.get("HX-Location", "")
                if response.status_code >= 500 or (to and not to.startswith("/")) or to[1:2] in ("/", "\\"):
                    led[evil] = to or str(response.status_code)
                assert "a" not in response.cookies
    assert led == {}


# A look that is told to the student is kept, and nothing else is written.
KEPT_LOOKS = {"tracker:as-student": 'INSERT INTO "tracker_weeklook"'}


@pytest.mark.parametrize("name", PLACES)
def test_a_get_changes_nothing(furnished: Cast, browser_of: Callable[..., Client], name: str) -> None:
    place = PLACES[name](furnished)
    for role in ("ana", "marta", "ines"):
        client = browser_of(role)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse(name, args=place.args), place.fields)
        written = [
            row["sql"]
            for row in queries.captured_queries
            if row["sql"].startswith(("INSERT", "UPDATE", "DELETE")) and "django_session" not in row["sql"]
        ]
        kept = KEPT_LOOKS.get(name)
        assert [sql for sql in written if not (kept and sql.startswith(kept))] == []


# Answered before anything else, and read only; and the link of a mail, whose signature is its token (RFC 8058).
WITHOUT_TOKEN = {"healthz", "readyz", "telling:mail-stop"}


@pytest.mark.parametrize("name", sorted(set(PLACES) - WITHOUT_TOKEN))
def test_every_post_wants_a_token(furnished: Cast, browser_of: Callable[..., Client], name: str) -> None:
    place = PLACES[name](furnished)
    # The token is asked for before the view asks who it is: one who asks is enough.
    client = browser_of("ines", enforce_csrf_checks=True)
    with transaction.atomic():
        response = client.post(reverse(name, args=place.args), place.fields)
        transaction.set_rollback(True)
    assert response.status_code == 403
    # Not because she may not do it.
    assert "403_csrf.html" in [template.name for template in response.templates]
