"""What is asked of a provider, when it does not answer."""

import logging
import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from tests.conftest import NOW, Cast
from tests.people.views.test_providers import chosen, login_url, said, sign_in, stub, verified, who  # noqa: F401
from tests.stub_provider import StubProvider


def test_provider_that_did_not_answer_is_not_asked_for_a_minute(cast: Cast, stub: StubProvider) -> None:  # noqa: F811
    stub.is_away = True
    assert "cannot sign you in" in said(Client().post(login_url(stub)))
    stub.is_away = False
    assert "cannot sign you in" in said(Client().post(login_url(stub)))
    assert len(stub.heard) == 1
    with time_machine.travel(NOW + timedelta(seconds=61), tick=False):
        assert Client().post(login_url(stub)).status_code == 200


def test_what_a_callback_brought_or_a_broken_answer_turns_nobody_else_away(
    cast: Cast,
    stub: StubProvider,  # noqa: F811
) -> None:
    stub.accounts["ana"] = verified("ana@example.com")
    browser = Client()
    back = chosen(stub, "ana", browser.post(login_url(stub)))
    wrong = re.sub(r"code=\w+", "code=wrong", back)
    assert "Acme cannot sign you in at the moment." in said(browser.get(wrong))
    cache.clear()
    stub.discovery = {"more than is read": "x" * 1_000_000}
    assert "cannot sign you in" in said(Client().post(login_url(stub)))
    stub.discovery = {}
    browser = Client()
    sign_in(browser, stub, "ana")
    assert who(browser) == "ana@example.com"


def test_discovery_is_kept_for_an_hour(cast: Cast, stub: StubProvider) -> None:  # noqa: F811
    stub.accounts["ana"] = verified("ana@example.com")
    for minutes, times in ((0, 1), (59, 1), (61, 2)):
        with time_machine.travel(NOW + timedelta(minutes=minutes), tick=False):
            sign_in(Client(), stub, "ana")
            assert stub.heard.count("/.well-known/openid-configuration") == times
    assert stub.heard.count("/token") == 3


def test_who_comes_while_somebody_waits_for_over_a_second_is_told_at_once(
    cast: Cast,
    stub: StubProvider,  # noqa: F811
) -> None:
    cache.set(f"provider-asked:{urlsplit(stub.url).netloc}", timezone.now().timestamp() - 2, 5)
    assert "cannot sign you in" in said(Client().post(login_url(stub)))
    assert stub.heard == []


def test_provider_that_is_away_gets_a_sentence_on_both_ways(
    cast: Cast,
    stub: StubProvider,  # noqa: F811
    caplog: pytest.LogCaptureFixture,
) -> None:
    stub.accounts["ana"] = verified("ana@example.com")
    browser = Client()
    back = chosen(stub, "ana", browser.post(login_url(stub)))
    stub.is_away = True
    with caplog.at_level(logging.WARNING, "trefoil.access"):
        for refused in (browser.get(back), browser.post(login_url(stub))):
            assert refused["Location"] == "/account/login/code/"
            assert "Acme cannot sign you in at the moment. You can have a code e-mailed" in said(refused)
    assert caplog.text.count("could not sign somebody in by 127.0.0.1:") == 2
