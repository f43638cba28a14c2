import re

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from tests.conftest import Cast, SignIn
from tests.mails import deliver


def test_account_saves_names_and_time_zone(cast: Cast, as_: SignIn) -> None:
    sent = {"name": "Ana R. Ruivo", "short_name": " Aninhas\u200b ", "time_zone": "Europe/Lisbon"}
    as_("ana").post("/account/", sent)
    person = cast.person("ana")
    person.refresh_from_db()
    assert (person.name, person.short_name, person.time_zone) == ("Ana R. Ruivo", "Aninhas", "Europe/Lisbon")


def test_account_refuses_an_unknown_time_zone_beside_the_field(cast: Cast, as_: SignIn) -> None:
    answer = as_("ana").post("/account/", {"name": "Ana", "time_zone": "Lisbon"})
    assert answer.context["form"].errors == {
        "time_zone": ["Select a valid choice. Lisbon is not one of the available choices."]
    }


def test_account_cannot_make_an_operator(cast: Cast, as_: SignIn) -> None:
    as_("ana").post(
        "/account/", {"name": "Ana", "is_staff": "on", "is_superuser": "on", "email": "x@example.com"}
    )
    person = cast.person("ana")
    person.refresh_from_db()
    assert (person.is_staff, person.is_superuser, person.email) == (False, False, "ana@example.com")


@pytest.mark.parametrize(
    "name",
    [
        "account_login",
        "account_signup",
        "account_reset_password",
        "account_reset_password_done",
        "account_request_login_code",
        "account_inactive",
    ],
)
def test_pages_before_signing_in_stand_in_our_frame(client: Client, db: None, name: str) -> None:
    page = client.get(reverse(name)).content.decode()
    assert 'class="brand"' in page
    assert "<style" not in page


@pytest.mark.parametrize("name", ["account_email", "account_set_password", "account_logout"])
def test_pages_of_the_account_stand_in_our_frame(cast: Cast, as_: SignIn, name: str) -> None:
    person = cast.person("ana")
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    page = as_("ana").get(reverse(name)).content.decode()
    assert 'class="brand"' in page


def test_sign_up_is_closed(client: Client, db: None) -> None:
    answer = client.post(reverse("account_signup"), {"email": "x@example.com", "password1": "three words in"})
    assert b"Trefoil is by invitation only" in answer.content


def test_sign_in_by_mailed_code(cast: Cast, client: Client) -> None:
    client.post(reverse("account_request_login_code"), {"email": "ana@example.com"})
    (message,) = deliver()
    code = re.search(r"^[A-Z0-9]{4}-[A-Z0-9]{4}$", message.body, re.MULTILINE)
    assert code is not None
    client.post(reverse("account_confirm_login_code"), {"code": code[0]})
    assert client.get(reverse("people:account")).context["user"].email == "ana@example.com"


def test_operators_sign_in_on_the_page_of_everybody(client: Client, db: None) -> None:
    answer = client.get(reverse("admin:login"))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


def test_pages_of_signing_in_lead_back_to_the_account(cast: Cast, as_: SignIn) -> None:
    names = ("account_email", "account_change_password", "account_set_password")
    back = reverse("people:account")
    pages = [as_("ana").get(reverse(name), follow=True).content.decode() for name in names]
    assert [f'<li><a href="{back}">Account</a></li>' in page for page in pages] == [True] * 3


def test_sign_in_says_what_was_wrong_in_our_words(cast: Cast, client: Client) -> None:
    answer = client.post(reverse("account_login"), {"login": "ana@example.com", "password": "wrong words"})
    page = answer.content.decode()
    assert "Please correct the following" in page
    assert "The e-mail address or password is wrong." in page
    client.post(reverse("account_request_login_code"), {"email": "ana@example.com"})
    page = client.post(reverse("account_confirm_login_code"), {"code": "0000-0000"}).content.decode()
    assert "That code is wrong. Check the latest e-mail, or request a new code." in page


# Sentences and spellings of allauth that our templates, forms and adapter replace.
STOCK = re.compile(
    r"\bEmail\b|\bemail\b(?!=)|Sign In|Sign Out|logged in|special code|you specified|contact us|Bad Token|signup"
)


def stock_sentences(page: str) -> list[str]:
    text = re.sub(r"<[^>]*>", " ", page)
    return STOCK.findall(text)


def test_pages_of_signing_in_are_in_our_words(cast: Cast, client: Client) -> None:
    names = ["account_login", "account_reset_password", "account_reset_password_done"]
    names += ["account_request_login_code", "account_email_verification_sent"]
    pages = {name: client.get(reverse(name)).content.decode() for name in names}
    bad_link = reverse("account_reset_password_from_key", kwargs={"uidb36": "1", "key": "x-y"})
    pages["bad link"] = client.get(bad_link).content.decode()
    assert "This link no longer works" in pages["bad link"]
    pages["bad confirmation"] = client.get(reverse("account_confirm_email", args=["x"])).content.decode()
    client.post(reverse("account_request_login_code"), {"email": "ana@example.com"})
    pages["code"] = client.get(reverse("account_confirm_login_code")).content.decode()
    assert "Enter your code" in pages["code"]
    assert {name: stock_sentences(page) for name, page in pages.items() if stock_sentences(page)} == {}


def test_a_new_password_by_a_link_from_an_email(cast: Cast, client: Client) -> None:
    person = cast.person("ana")
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    client.post(reverse("account_reset_password"), {"email": person.email})
    (message,) = deliver()
    link = re.search(r"http\S+", message.body)
    assert link is not None
    page = client.get(link[0], follow=True)
    assert "Choose a new password" in page.content.decode()
    assert stock_sentences(page.content.decode()) == []
    passwords = {"password1": "three words in a row", "password2": "three words in a row"}
    client.post(page.request["PATH_INFO"], passwords, follow=True)
    person.refresh_from_db()
    assert person.check_password("three words in a row")


def test_signed_in_pages_of_allauth_are_in_our_words(cast: Cast, as_: SignIn) -> None:
    person = cast.person("ana")
    person.set_password("three words in")
    person.save()
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    names = ["account_email", "account_change_password", "account_logout"]
    for name in names:
        page = as_("ana").get(reverse(name)).content.decode()
        assert stock_sentences(page) == [], name
