import logging
import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.http import int_to_base36

from people.actions.sign_in_link import sign_in_link
from people.models import AddressChange, Hold, User
from tests.conftest import Cast, SignIn
from tests.mails import deliver
from tests.second_factors import give_second_factor

PASSWORD = "three words in a row"
ADDRESS = "/account/email/"


@pytest.fixture
def ana(cast: Cast) -> User:
    person = cast.person("ana")
    person.set_password(PASSWORD)
    person.save()
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def signs_in(email: str) -> Client:
    browser = Client()
    browser.post(reverse("account_login"), {"login": email, "password": PASSWORD})
    return browser


def is_signed_in(browser: Client) -> bool:
    return browser.get(reverse("people:account")).status_code == 200


def link_in(message: mail.EmailMessage) -> str:
    return re.findall(r"http://[^/]+(/account/\S+)", message.body)[0]


def code_in(message: mail.EmailMessage) -> str:
    return re.findall(r"^[A-Z0-9]+-[A-Z0-9]+$", message.body, re.MULTILINE)[0]


def change_address(browser: Client, new: str) -> mail.EmailMessage:
    """Change the address and confirm it; return the mail to the address before."""
    assert browser.post(ADDRESS, {"email": new, "action_add": ""}).status_code == 302
    (confirm,) = deliver()
    assert confirm.to == [new]
    browser.post(link_in(confirm))
    return deliver()[-1]


def test_an_address_is_not_changed_by_a_browser_that_was_left_open(ana: User) -> None:
    browser = signs_in(ana.email)
    with time_machine.travel(timezone.now() + timedelta(minutes=16), tick=False):
        answer = browser.post(ADDRESS, {"email": "mallory@example.com", "action_add": ""})
        assert answer["Location"] == "/account/reauthenticate/?next=%2Faccount%2Femail%2F"
        assert deliver() == []
        page = browser.get(answer["Location"]).content.decode()
        assert "Confirm your password before you change how you sign in." in page
        browser.post(answer["Location"], {"password": "wrong words"})
        assert browser.get(ADDRESS).status_code == 302
        browser.post(answer["Location"], {"password": PASSWORD})
        assert browser.get(ADDRESS).status_code == 200


@pytest.mark.parametrize("path", ["/account/reauthenticate/code/", "/account/reauthenticate/code/confirm/"])
def test_a_code_by_e_mail_alone_does_not_confirm_who_sits_there(ana: User, path: str) -> None:
    """It would take the place of the second factor of somebody whose mailbox is open, too."""
    browser = signs_in(ana.email)
    assert browser.get(path).status_code == 403
    assert browser.post(path, {"recipient": ana.email, "code": "AAAA-BBBB"}).status_code == 403
    assert deliver() == []


def test_who_has_no_password_signs_in_again_with_a_code(cast: Cast, as_: SignIn) -> None:
    bruno = cast.person("bruno")
    EmailAddress.objects.create(user=bruno, email=bruno.email, verified=True, primary=True)
    page = as_("bruno").post(ADDRESS, {"email": "mallory@example.com", "action_add": ""}).content.decode()
    assert "sign in again with a code by e-mail" in " ".join(page.split())
    assert deliver() == []


def test_a_browser_that_was_left_open_chooses_no_password(cast: Cast, as_: SignIn) -> None:
    page = as_("ana").post("/account/password/set/", {"password1": PASSWORD, "password2": PASSWORD})
    assert "Sign in again to continue" in page.content.decode()
    assert not User.objects.get(email="ana@example.com").has_usable_password()


def test_the_address_before_is_told_and_takes_the_account_back(ana: User) -> None:
    mallory = signs_in(ana.email)
    told = change_address(mallory, "mallory@example.com")
    ana.refresh_from_db()
    assert (ana.email, told.to) == ("mallory@example.com", ["ana@example.com"])
    assert "was changed to mallory@example.com" in told.body
    owner = Client()
    page = " ".join(owner.get(link_in(told)).content.decode().split())
    assert "Ana Ruivo’s address becomes ana@example.com again" in page
    assert "ana@example.com is your address again" in owner.post(link_in(told)).content.decode()
    ana.refresh_from_db()
    assert (ana.email, ana.has_usable_password()) == ("ana@example.com", False)
    kept = EmailAddress.objects.filter(user=ana).values_list("email", "verified")
    assert list(kept) == [("ana@example.com", True)]
    assert not is_signed_in(mallory)
    assert not is_signed_in(signs_in("ana@example.com"))
    # It works once.
    assert owner.get(link_in(told)).status_code == 410


def test_who_changed_it_twice_cannot_take_it_back_from_its_owner(ana: User) -> None:
    mallory = signs_in(ana.email)
    to_ana = change_address(mallory, "mallory@example.com")
    to_mallory = change_address(mallory, "mallory2@example.com")
    assert to_mallory.to == ["mallory@example.com"]
    Client().post(link_in(to_ana))
    assert Client().post(link_in(to_mallory)).status_code == 410
    ana.refresh_from_db()
    assert ana.email == "ana@example.com"


def test_a_later_link_does_not_void_that_of_the_owner(ana: User) -> None:
    mallory = signs_in(ana.email)
    to_ana = change_address(mallory, "mallory@example.com")
    AddressChange.objects.update(changed_at=timezone.now() - timedelta(hours=1))
    to_mallory = change_address(mallory, "mallory2@example.com")
    assert Client().post(link_in(to_mallory)).status_code == 200
    assert Client().post(link_in(to_ana)).status_code == 200
    ana.refresh_from_db()
    assert ana.email == "ana@example.com"


@pytest.mark.parametrize(("days", "status"), [(6.9, 200), (7.1, 410)])
def test_change_of_address_is_undone_for_a_week(ana: User, days: float, status: int) -> None:
    told = change_address(signs_in(ana.email), "mallory@example.com")
    AddressChange.objects.update(changed_at=timezone.now() - timedelta(days=days))
    assert Client().get(link_in(told)).status_code == status


def test_change_of_address_is_not_undone_if_somebody_else_has_it_now(ana: User) -> None:
    told = change_address(signs_in(ana.email), "ana2@example.com")
    User.objects.create_user("ana@example.com", name="Another Ana")
    answer = Client().post(link_in(told))
    assert answer.status_code == 410
    assert "Another account has this address" in answer.content.decode()


def test_signing_in_and_its_failures_and_the_address_are_in_the_log(
    ana: User, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="trefoil.audit")
    Client().post(reverse("account_login"), {"login": ana.email.upper(), "password": "wrong words"})
    Client().post(reverse("account_login"), {"login": "my-secret@words.example", "password": "wrong words"})
    browser = signs_in(ana.email)
    change_address(browser, "ana2@example.com")
    browser.post(reverse("account_logout"))
    who = f"person {ana.pk} from 127.0.0.1"
    assert [record.getMessage() for record in caplog.records if record.name == "trefoil.audit"] == [
        f"a visitor from 127.0.0.1: failed to sign in as person {ana.pk}",
        "a visitor from 127.0.0.1: failed to sign in as nobody we know",
        f"{who}: signed in",
        f"{who}: changed the address of person {ana.pk}",
        f"{who}: signed out",
    ]
    assert "words" not in caplog.text


def test_a_limit_that_is_met_is_in_the_log(ana: User, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="trefoil.audit")
    for _ in range(8):
        Client().post(reverse("account_login"), {"login": ana.email, "password": "wrong words"})
    assert "a visitor from 127.0.0.1: hit a limit of signing in" in caplog.text


def test_roles_and_downloads_are_in_the_log(
    cast: Cast, as_: SignIn, caplog: pytest.LogCaptureFixture
) -> None:
    ines = as_("ines")
    caplog.set_level(logging.INFO, logger="trefoil.audit")
    who = f"person {cast.ines.pk} from 127.0.0.1"
    ines.post(reverse("groups:course-admin-add", args=["llm"]), {"email": "marta@example.com"})
    ines.post(reverse("groups:course-admin-remove", args=["llm", cast.marta.pk]))
    path = reverse("sheets:export-csv", args=[cast.cohort.pk, "people"])
    ines.get(path)
    assert [record.getMessage() for record in caplog.records if record.name == "trefoil.audit"] == [
        f"{who}: made person {cast.marta.pk} a course admin of course {cast.course.pk}",
        f"{who}: removed person {cast.marta.pk} from the course admins of course {cast.course.pk}",
        # The row that course admins read, and that a file left, as of every download.
        f"{who}: exported people of cohort {cast.cohort.pk}",
        f"{who}: downloaded {path}",
    ]


def test_an_address_that_nobody_confirmed_is_not_replaced(ana: User) -> None:
    before = ana.email
    EmailAddress.objects.filter(user=ana).update(verified=False)
    browser = signs_in(before)
    answer = browser.post(ADDRESS, {"email": "typo@example.com", "action_add": ""}, follow=True)
    assert "Confirm your current address first" in answer.content.decode()
    ana.refresh_from_db()
    assert ana.email == before
    assert deliver() == []


def test_codes_and_links_go_to_whose_address_it_is_and_to_nobody_who_only_wants_it(
    ana: User, cast: Cast, client: Client
) -> None:
    signs_in(ana.email).post(ADDRESS, {"email": "vera@example.com", "action_add": ""})
    deliver()
    ways = (reverse("account_request_login_code"), reverse("account_reset_password"))
    for way in ways:
        Client().post(way, {"email": "vera@example.com"})
    assert deliver() == []
    vera = User.objects.create_user("vera@example.com", name="Vera")
    client.post(ways[1], {"email": "vera@example.com"})
    (link,) = deliver()
    assert link_in(link).startswith(f"/account/password/reset/key/{int_to_base36(vera.pk)}-")
    client.post(ways[0], {"email": "Vera@example.com"})
    client.post(reverse("account_confirm_login_code"), {"code": code_in(deliver()[-1])})
    assert client.get("/account/").context["user"] == vera


def test_a_change_is_confirmed_where_its_account_is_signed_in_alone(ana: User, as_: SignIn) -> None:
    """Otherwise Vera would write into the account of Ana, who knows its password, and take it for her own."""
    browser = signs_in(ana.email)
    browser.post(ADDRESS, {"email": "vera@example.com", "action_add": ""})
    (confirm,) = deliver()
    for elsewhere in (Client(), as_("bruno")):
        said = elsewhere.post(link_in(confirm), follow=True).content.decode()
        assert "Sign in first, with the address of before." in said
        ana.refresh_from_db()
        assert ana.email == "ana@example.com"
    browser.post(link_in(confirm))
    ana.refresh_from_db()
    assert ana.email == "vera@example.com"


def test_no_page_says_that_something_was_sent_while_what_was_restored_is_held_back(ana: User) -> None:
    ways = [reverse(name) for name in ("account_request_login_code", "account_reset_password")]
    browser = signs_in(ana.email)

    def said() -> list[bool]:
        pages = [Client().post(way, {"email": ana.email}, follow=True) for way in ways]
        pages.append(browser.post(ADDRESS, {"email": "new@example.com", "action_add": ""}, follow=True))
        words = [page.content.decode().replace("Nothing is sent until", "") for page in pages]
        return ["sent" in one for one in words]

    assert said() == [True, True, True]
    Hold.objects.create(restored_at=timezone.now(), backup_at=timezone.now())
    assert said() == [False, False, False]


def test_code_to_an_address_that_was_corrected_since_signs_nobody_in(cast: Cast, client: Client) -> None:
    client.post(reverse("account_request_login_code"), {"email": "ana@example.com"})
    User.objects.filter(email="ana@example.com").update(email="ruivo@example.com")
    client.post(reverse("account_confirm_login_code"), {"code": code_in(deliver()[-1])})
    assert not EmailAddress.objects.filter(verified=True).exists()
    assert not is_signed_in(client)


def test_link_of_a_site_admin_with_a_second_factor_opens_no_other_account(ana: User) -> None:
    """It waits for the factor in the browser of somebody who signed in too long ago to change an address."""
    operator = User.objects.create_superuser("olga@example.com", PASSWORD, name="Olga")
    give_second_factor(operator)
    browser = signs_in(ana.email)
    with time_machine.travel(timezone.now() + timedelta(minutes=16), tick=False):
        browser.post(urlsplit(sign_in_link(operator)).path)
        assert browser.get(ADDRESS).status_code == 302
