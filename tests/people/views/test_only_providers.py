"""Only providers sign people in, and one link lets a site admin in all the same."""

import logging
import re
from datetime import timedelta
from io import StringIO
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from people.actions.invitations import mailed_link
from people.models import User
from tests.config.test_production import GOOD, settings_of  # noqa: F401
from tests.conftest import NOW, Cast
from tests.mails import deliver
from tests.people.views.test_providers import PASSWORD, invited, sign_in, stub, verified, who  # noqa: F401
from tests.second_factors import give_second_factor
from tests.stub_provider import StubProvider


@pytest.fixture
def only(settings: Any, stub: StubProvider) -> StubProvider:  # noqa: F811
    settings.ONLY_PROVIDERS = True
    return stub


def test_neither_password_nor_code_nor_reset_nor_invitation_signs_in(cast: Cast, only: StubProvider) -> None:
    ana, vera = cast.person("ana"), invited(cast)
    ana.set_password(PASSWORD)
    ana.save()
    link = urlsplit(mailed_link(vera.invitations.get())).path
    sent = {
        "account_login": {"login": ana.email, "password": PASSWORD},
        "account_request_login_code": {"email": ana.email},
        "account_reset_password": {"email": ana.email},
    }
    for name, fields in sent.items():
        browser = Client()
        answer = browser.post(reverse(name), fields)
        assert (answer.status_code, answer["Location"]) == (302, "/account/login/")
        assert (who(browser), deliver()) == ("", [])
    browser = Client()
    page = browser.post(link, {"name": "Vera", "password": PASSWORD}).text
    assert "Continue with Acme" in page
    assert 'name="password"' not in page
    assert who(browser) == ""
    page = browser.get("/account/login/?next=/account/").text
    assert "Continue with Acme" in page
    assert "/account/oidc/" in page
    assert "next=%2Faccount%2F" in page
    assert all(word not in page for word in ("assword", "a code", "E-mail"))
    # The provider lets her in, by her address alone, or with a code to it.
    only.accounts = {"v1": verified("vera@example.com"), "a1": {"email": "ana@example.com"}}
    sign_in(browser, only, "v1")
    assert who(browser) == "vera@example.com"
    page = browser.get(reverse("people:account")).text
    assert "assword" not in page
    assert browser.post(reverse("people:password-set"), {}).status_code == 302
    deliver()
    browser = Client()
    confirm = sign_in(browser, only, "a1")["Location"]
    (code,) = re.findall(r"^[A-Z0-9]+-[A-Z0-9]+$", deliver()[-1].body, re.MULTILINE)
    browser.post(confirm, {"code": code})
    assert who(browser) == "ana@example.com"


def link_for(address: str) -> str:
    printed = StringIO()
    call_command("sign_in_link", address, stdout=printed)
    return urlsplit(printed.getvalue().split()[-1]).path


def test_link_signs_a_site_admin_in_once(only: StubProvider, caplog: pytest.LogCaptureFixture) -> None:
    User.objects.create_superuser("olga@example.com", name="Olga")
    with caplog.at_level(logging.INFO, "trefoil.audit"):
        link, unused = link_for("Olga@example.com"), link_for("olga@example.com")
    assert "made a link that signs person" in caplog.text
    browser = Client()
    # To look at it is not to use it: mail programs and chats do.
    assert "Sign in as Olga" in Client().get(link).text
    browser.post(link)
    assert who(browser) == "olga@example.com"
    give_second_factor(User.objects.get())
    locked = Client()
    assert locked.post(link_for("olga@example.com"))["Location"] == reverse("mfa_authenticate")
    assert who(locked) == ""
    for used in (link, unused, f"{link[:-3]}x/"):
        refused = Client()
        assert refused.post(used).status_code == 410
        assert who(refused) == ""


def test_link_dies_in_ten_minutes_and_with_the_right(only: StubProvider) -> None:
    olga = User.objects.create_superuser("olga@example.com", name="Olga")
    link = link_for("olga@example.com")
    with time_machine.travel(NOW + timedelta(minutes=11), tick=False):
        assert Client().post(link).status_code == 410
    olga.is_staff = False
    olga.save()
    assert Client().post(link).status_code == 410
    with pytest.raises(CommandError, match=r"No site admin has the address olga@example.com"):
        link_for("olga@example.com")


def test_only_providers_needs_one(settings_of: Any) -> None:  # noqa: F811
    with pytest.raises(ImproperlyConfigured, match="ONLY_PROVIDERS needs a provider"):
        settings_of(**GOOD, ONLY_PROVIDERS="1")
