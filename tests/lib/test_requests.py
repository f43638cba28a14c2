"""The way back stays on this site, whatever a form or a browser says."""

from typing import cast

import pytest
from django.test import RequestFactory
from django_htmx.middleware import HtmxDetails

from lib.requests import HtmxRequest, way_back

ELSEWHERE = [
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
    # The names of pages, as `redirect` reads them, and what is no address.
    "evil",
    "foo:bar",
    "tracker:home",
    "?x=1",
    "#",
    "\x00",
    "",
]


def led(fields: dict[str, str], headers: dict[str, str]) -> str:
    request = cast(HtmxRequest, RequestFactory().post("/", fields, headers=headers))
    request.htmx = HtmxDetails(request)
    return way_back(request, "/default/")


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_no_way_back_leads_elsewhere(elsewhere: str) -> None:
    assert led({"next": elsewhere}, {}) == "/default/"
    assert led({}, {"Referer": elsewhere}) == "/default/"
    assert led({}, {"HX-Request": "true", "HX-Current-URL": elsewhere}) == "/default/"


def test_form_says_before_the_browser_where_it_leads_back_to() -> None:
    browser = {
        "HX-Request": "true",
        "HX-Current-URL": "http://testserver/b/?x=1",
        "Referer": "http://testserver/c/",
    }
    assert led({"next": "/a/"}, browser) == "/a/"
    assert led({"next": "//evil.example/"}, browser) == "/b/?x=1"
    assert led({}, {"Referer": "http://testserver/c/"}) == "http://testserver/c/"
