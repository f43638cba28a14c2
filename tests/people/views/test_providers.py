"""Signing in by an account at a provider: whom it lets in, what it ties, and how that ends."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialToken
from allauth.socialaccount.providers.github.views import GitHubOAuth2Adapter
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from config.providers import providers_of
from config.variables import Variables
from people.actions.addresses import tell_of_change, undo_address_change
from people.actions.anonymise import anonymise
from people.actions.invitations import accept, copied_link, invite, mailed_link
from people.models import User
from tests.conftest import NOW, Cast, SignIn
from tests.mails import deliver
from tests.second_factors import code_of, give_second_factor
from tests.stub_provider import StubProvider, stub_provider

PASSWORD = "three words in a row"


@pytest.fixture
def stub(settings: Any, monkeypatch: pytest.MonkeyPatch, db: None) -> Iterator[StubProvider]:
    with stub_provider() as stub:
        trust(stub, settings, monkeypatch)
        yield stub


def trust(stub: StubProvider, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this Trefoil know the provider, and take it for GitHub too."""
    env = Variables(stub.variables)
    settings.SOCIALACCOUNT_PROVIDERS = providers_of(env, ["acme", "github"], needs_tls=False)
    for name, path in {
        "authorize_url": "/login/oauth/authorize",
        "access_token_url": "/login/oauth/access_token",
        "profile_url": "/api/v3/user",
        "emails_url": "/api/v3/user/emails",
    }.items():
        monkeypatch.setattr(GitHubOAuth2Adapter, name, f"{stub.url}{path}")


def login_url(stub: StubProvider, provider: str = "acme") -> str:
    if provider == "github":
        return reverse("github_login")
    return reverse("openid_connect_login", args=[stub.url.partition("://")[2]])


def sign_in(browser: Client, stub: StubProvider, subject: str, provider: str = "acme", **sent: str) -> Any:
    """Press the button, choose an account at the provider, and come back."""
    answer = browser.post(login_url(stub, provider), sent)
    return browser.get(chosen(stub, subject, answer))


def chosen(stub: StubProvider, subject: str, answer: Any) -> str:
    """Choose an account at the provider; return where it leads back to."""
    back = urlsplit(stub.sign_in(subject, dict(parse_qsl(urlsplit(answer.context["url"]).query))))
    return f"{back.path}?{back.query}"


def who(browser: Client) -> str:
    """The address of who is signed in there."""
    answer = browser.get(reverse("people:account"))
    return answer.context["user"].email if answer.status_code == 200 else ""


def said(answer: Any) -> str:
    return " ".join(map(str, get_messages(answer.wsgi_request)))


def ties() -> list[tuple[str, str, str]]:
    rows = SocialAccount.objects.order_by("pk").values_list("user__email", "provider", "uid")
    return [(email, provider.partition(":")[0], uid) for email, provider, uid in rows]


def invited(cast: Cast, email: str = "vera@example.com") -> User:
    made = invite(email=email, name="Vera Sousa", by=cast.ines, at=NOW)
    assert made is not None
    return made.person


def verified(email: str) -> dict[str, Any]:
    return {"email": email, "email_verified": True, "name": "Whoever"}


def test_first_sign_in_ties_the_account_and_the_second_does_not_ask_for_the_address(
    cast: Cast, stub: StubProvider
) -> None:
    vera = invited(cast)
    stub.accounts["v1"] = verified("Vera@example.com")
    browser = Client()
    answer = sign_in(browser, stub, "v1", next="/account/privacy/")
    assert answer["Location"] == "/account/privacy/"
    assert (who(browser), ties()) == ("vera@example.com", [("vera@example.com", "127.0.0.1", "v1")])
    # Nothing else of what the provider says is kept.
    assert SocialAccount.objects.get().extra_data == {"provider": "Acme", "email": "vera@example.com"}
    assert not SocialToken.objects.exists()
    assert EmailAddress.objects.get(user=vera).verified
    [mail] = deliver()
    assert (mail.to, mail.subject) == (["vera@example.com"], "Acme signs you in to Trefoil")
    page = browser.get(reverse("people:account")).text
    assert "vera@example.com since 16 September 2026" in " ".join(page.split())
    # The link of the invitation is dead, as after a code.
    assert Client().get(urlsplit(mailed_link(vera.invitations.get())).path).status_code == 410
    stub.accounts["v1"] = {"email": "other@example.com"}
    again = Client()
    sign_in(again, stub, "v1")
    assert who(again) == "vera@example.com"
    assert deliver() == []


def test_token_alone_says_it_where_nothing_else_is_fetched(
    cast: Cast, stub: StubProvider, settings: Any
) -> None:
    """As of Google and Microsoft."""
    settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["settings"]["fetch_userinfo"] = False
    stub.token = verified("ana@example.com")
    browser = Client()
    sign_in(browser, stub, "a1")
    assert (who(browser), ties()) == ("ana@example.com", [("ana@example.com", "127.0.0.1", "a1")])


@pytest.mark.parametrize("email_verified", [False, "false", None, 1])
def test_address_that_is_not_verified_is_asked_a_code_once(
    cast: Cast, stub: StubProvider, email_verified: object
) -> None:
    invited(cast)
    stub.accounts["v1"] = {"email": "vera@example.com", "email_verified": email_verified}
    browser = Client()
    answer = sign_in(browser, stub, "v1", next="/account/privacy/")
    assert answer["Location"] == "/account/login/code/confirm/?next=%2Faccount%2Fprivacy%2F"
    assert "Acme does not say whether vera@example.com is yours" in said(answer)
    assert (who(browser), ties()) == ("", [])
    [mail] = deliver()
    (code,) = re.findall(r"^[A-Z0-9]+-[A-Z0-9]+$", mail.body, re.MULTILINE)
    assert browser.post(answer["Location"], {"code": "AAAA-AAAA"}).status_code == 200
    assert ties() == []
    assert browser.post(answer["Location"], {"code": code})["Location"] == "/account/privacy/"
    assert (who(browser), ties()) == ("vera@example.com", [("vera@example.com", "127.0.0.1", "v1")])
    assert [mail.subject for mail in deliver()] == ["Acme signs you in to Trefoil"]
    again = Client()
    sign_in(again, stub, "v1")
    assert who(again) == "vera@example.com"


def test_code_that_is_asked_for_later_ties_nothing(cast: Cast, stub: StubProvider) -> None:
    invited(cast)
    stub.accounts["mallory"] = {"email": "vera@example.com"}
    browser = Client()
    sign_in(browser, stub, "mallory")
    deliver()
    # Another code, in the same browser: of somebody who has read nothing of a provider.
    browser.post(reverse("account_logout"))
    browser.post(reverse("account_request_login_code"), {"email": "vera@example.com"})
    [mail] = deliver()
    (code,) = re.findall(r"^[A-Z0-9]+-[A-Z0-9]+$", mail.body, re.MULTILINE)
    browser.post(reverse("account_confirm_login_code"), {"code": code})
    assert (who(browser), ties()) == ("vera@example.com", [])


@pytest.mark.parametrize(
    ("account", "told"),
    [
        (verified("nobody@example.com"), "Nobody is invited as nobody@example.com"),
        (verified("closed@example.com"), "Nobody is invited as closed@example.com"),
        ({"email_verified": True}, "Acme does not say what your e-mail address is."),
        ({"email": "no address", "email_verified": True}, "Acme does not say what your e-mail address is."),
        ({}, "Acme cannot sign you in at the moment."),
    ],
)
def test_unknown_people_and_missing_claims_get_a_sentence_and_the_code(
    cast: Cast, stub: StubProvider, account: dict[str, Any], told: str
) -> None:
    User.objects.create_user("closed@example.com", name="Closed", is_active=False)
    stub.accounts["x"] = account
    people = User.objects.count()
    browser = Client()
    answer = sign_in(browser, stub, "x")
    assert answer["Location"] == "/account/login/code/"
    assert told in said(answer)
    assert "You can have a code e-mailed" in browser.get("/account/login/code/").text
    assert (who(browser), ties(), User.objects.count()) == ("", [], people)


def test_nobody_learns_who_is_invited_by_an_address_that_is_not_verified(
    cast: Cast, stub: StubProvider
) -> None:
    stub.accounts["x"] = {"email": "nobody@example.com"}
    answer = sign_in(Client(), stub, "x")
    assert answer["Location"] == "/account/login/code/confirm/"
    assert deliver() == []


@pytest.mark.parametrize(
    "token", [{"iss": "https://evil.example"}, {"sub": "somebody else"}, {"aud": "another"}, {"exp": 1}]
)
def test_token_of_another_issuer_subject_or_client_is_refused(
    cast: Cast, stub: StubProvider, token: dict[str, Any]
) -> None:
    stub.accounts["ana"] = verified("ana@example.com")
    stub.token = token
    if "iss" in token:
        stub.discovery = {"issuer": token["iss"]}
    browser = Client()
    assert "Acme cannot sign you in at the moment." in said(sign_in(browser, stub, "ana"))
    assert (who(browser), ties()) == ("", [])


def test_cancelled_at_the_provider_is_said(cast: Cast, stub: StubProvider) -> None:
    assert "You did not sign in with Acme." in said(sign_in(Client(), stub, ""))


def test_account_that_was_taken_by_a_copied_link_is_closed_first(cast: Cast, stub: StubProvider) -> None:
    vera = invited(cast)
    token = copied_link(vera.invitations.get()).rstrip("/").rsplit("/", 1)[-1]
    accept(token=token, name="Mallory", password=PASSWORD, at=NOW)
    mallory = Client()
    mallory.post(reverse("account_login"), {"login": "vera@example.com", "password": PASSWORD})
    stub.accounts["mallory"] = verified("mallory@example.com")
    sign_in(mallory, stub, "mallory", process="connect")
    assert ties() == [("vera@example.com", "127.0.0.1", "mallory")]
    stub.accounts["v1"] = verified("vera@example.com")
    owner = Client()
    sign_in(owner, stub, "v1")
    assert (who(owner), who(mallory)) == ("vera@example.com", "")
    assert ties() == [("vera@example.com", "127.0.0.1", "v1")]
    vera.refresh_from_db()
    assert not vera.has_usable_password()


def test_operator_keeps_the_password_that_was_set_for_them(cast: Cast, stub: StubProvider) -> None:
    operator = User.objects.create_superuser("olga@example.com", PASSWORD, name="Olga")
    stub.accounts["o"] = verified("olga@example.com")
    browser = Client()
    sign_in(browser, stub, "o")
    operator.refresh_from_db()
    assert (who(browser), operator.check_password(PASSWORD)) == ("olga@example.com", True)


def tied(browser: Client, stub: StubProvider, email: str, subject: str = "a1") -> User:
    stub.accounts[subject] = verified(email)
    sign_in(browser, stub, subject)
    deliver()
    return User.objects.get(email=email)


def test_owner_removes_a_tie_and_is_told(cast: Cast, stub: StubProvider, as_: SignIn) -> None:
    browser = Client()
    tied(browser, stub, "ana@example.com")
    url = reverse("people:provider-remove", args=[SocialAccount.objects.get().pk])
    assert as_("bruno").post(url).status_code == 404
    assert "Removed Acme. It no longer signs you in." in said(browser.post(url))
    assert ties() == []
    assert [mail.subject for mail in deliver()] == ["Acme no longer signs you in to Trefoil"]


def test_account_page_adds_a_provider_of_another_address_for_who_has_just_signed_in(
    cast: Cast, stub: StubProvider
) -> None:
    browser = Client()
    tied(browser, stub, "ana@example.com")
    stub.accounts |= {name: verified("ruivo@home.example") for name in ("private", "new")}
    with time_machine.travel(timezone.now() + timedelta(minutes=16), tick=False):
        assert "You signed in too long ago" in said(sign_in(browser, stub, "private", process="connect"))
    assert len(ties()) == 1
    answer = sign_in(browser, stub, "private", process="connect")
    assert (answer["Location"], said(answer)) == ("/account/", "Acme signs you in from now on.")
    assert ties()[1] == ("ana@example.com", "127.0.0.1", "private")
    # Their session has ended meanwhile.
    assert "You signed in too long ago" in said(sign_in(Client(), stub, "new", process="connect"))
    # It signs nobody else in.
    other = Client()
    tied(other, stub, "bruno@example.com", "b1")
    assert "signs somebody else in" in said(sign_in(other, stub, "private", process="connect"))
    assert len(ties()) == 3


def test_ties_end_with_taking_an_address_back_closing_and_anonymising(cast: Cast, stub: StubProvider) -> None:
    browser = Client()
    ana = tied(browser, stub, "ana@example.com")
    tell_of_change(person=ana, before="ana@example.com", at=NOW)
    User.objects.filter(pk=ana.pk).update(email="mallory@example.com")
    [mail] = deliver()
    (token,) = re.findall(r"/account/address/([^/]+)/", mail.body)
    undo_address_change(token=token, at=NOW)
    assert (ties(), who(browser)) == ([], "")
    bruno = tied(Client(), stub, "bruno@example.com", "b1")
    operator = Client()
    operator.force_login(User.objects.create_superuser("olga@example.com", PASSWORD, name="Olga"))
    fields = {
        "email": bruno.email,
        "name": bruno.name,
        "date_joined_0": "2026-09-01",
        "date_joined_1": "08:00",
    }
    assert operator.post(f"/admin/people/user/{bruno.pk}/change/", fields).status_code == 302
    assert ties() == []
    chidi = tied(Client(), stub, "chidi@example.com", "c1")
    anonymise(person=chidi, at=NOW)
    assert ties() == []


def test_second_factor_is_asked_after_a_tie(cast: Cast, stub: StubProvider) -> None:
    give_second_factor(tied(Client(), stub, "ana@example.com"))
    browser = Client()
    assert sign_in(browser, stub, "a1")["Location"] == reverse("mfa_authenticate")
    assert who(browser) == ""


def test_code_ties_once_the_second_factor_was_given(cast: Cast, stub: StubProvider) -> None:
    secret, _ = give_second_factor(cast.person("ana"))
    stub.accounts["a1"] = {"email": "ana@example.com"}
    browser = Client()
    confirm = sign_in(browser, stub, "a1")["Location"]
    [mail] = deliver()
    (code,) = re.findall(r"^[A-Z0-9]+-[A-Z0-9]+$", mail.body, re.MULTILINE)
    assert browser.post(confirm, {"code": code})["Location"] == reverse("mfa_authenticate")
    browser.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert (who(browser), ties(), deliver()) == ("", [], [])
    browser.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert (who(browser), ties()) == ("ana@example.com", [("ana@example.com", "127.0.0.1", "a1")])
    assert [mail.subject for mail in deliver()] == ["Acme signs you in to Trefoil"]


def test_second_account_of_an_issuer_is_asked_a_code_though_its_address_is_verified(
    cast: Cast, stub: StubProvider
) -> None:
    tied(Client(), stub, "ana@example.com")
    stub.accounts["a2"] = verified("ana@example.com")
    browser = Client()
    answer = sign_in(browser, stub, "a2")
    assert answer["Location"] == "/account/login/code/confirm/"
    assert "Another account at Acme signs in as ana@example.com, so enter the code this once." in said(answer)
    assert (who(browser), len(ties())) == ("", 1)
    [mail] = deliver()
    (code,) = re.findall(r"^[A-Z0-9]+-[A-Z0-9]+$", mail.body, re.MULTILINE)
    browser.post(answer["Location"], {"code": code})
    assert (who(browser), [uid for _, _, uid in ties()]) == ("ana@example.com", ["a1", "a2"])


def test_closed_account_is_not_signed_in_by_its_tie(cast: Cast, stub: StubProvider) -> None:
    ana = tied(Client(), stub, "ana@example.com")
    User.objects.filter(pk=ana.pk).update(is_active=False)
    browser = Client()
    assert sign_in(browser, stub, "a1")["Location"] == "/account/inactive/"
    assert who(browser) == ""


def test_github_signs_in_by_the_verified_primary_address(cast: Cast, stub: StubProvider) -> None:
    def emails(*rows: tuple[str, bool, bool]) -> list[dict[str, Any]]:
        return [{"email": email, "primary": primary, "verified": told} for email, primary, told in rows]

    stub.accounts["7"] = {
        "login": "ruivo",
        "emails": emails(("ana@example.com", True, True), ("bruno@example.com", False, True)),
    }
    browser = Client()
    sign_in(browser, stub, "7", "github")
    assert (who(browser), ties()) == ("ana@example.com", [("ana@example.com", "github", "7")])
    stub.accounts["8"] = {
        "login": "sa",
        "emails": emails(("bruno@example.com", False, True), ("sa@home.example", True, True)),
    }
    assert "Nobody is invited as sa@home.example" in said(sign_in(Client(), stub, "8", "github"))
    stub.accounts["9"] = {"login": "sa", "emails": emails(("bruno@example.com", True, False))}
    answer = sign_in(Client(), stub, "9", "github")
    assert answer["Location"] == "/account/login/code/confirm/"
    assert len(ties()) == 1


def test_sign_in_by_providers_is_limited_as_mails_are(cast: Cast, stub: StubProvider) -> None:
    browser = Client()
    answers = [browser.post(login_url(stub)) for _ in range(31)]
    assert [answer.status_code for answer in answers] == [200] * 30 + [302]
    assert "Too many requests. Wait a few minutes and try again." in said(answers[-1])


def test_provider_that_is_not_set_is_nowhere(client: Client, db: None) -> None:
    for url in (reverse("github_login"), reverse("openid_connect_login", args=["accounts.google.com"])):
        assert client.post(url).status_code == 404
