import re
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from people.actions.invitations import invite, revoke
from people.models import Invitation, User
from tests.conftest import Cast
from tests.mails import deliver
from tests.places import link_of


def link(cast: Cast) -> str:
    invitation = invite(email="gustavo@example.com", name="Gustavo Lima", by=cast.ines, at=timezone.now())
    assert invitation is not None
    return reverse("tracker:invitation-accept", args=[link_of(invitation)])


def test_invitation_accept_signs_the_person_in(cast: Cast, client: Client) -> None:
    url = link(cast)
    page = client.get(url).text
    assert 'value="Gustavo Lima"' in page
    assert "You need no password: next time, a code by e-mail signs you in." in " ".join(page.split())
    # One that is sent all the same is not taken.
    sent = {"name": "Gustavo A. Lima", "short_name": "Guga", "password": "three words in"}
    assert client.post(url, sent).status_code == 302
    account = client.get(reverse("people:account"))
    user = account.context["user"]
    assert (user.name, user.short_name, user.has_usable_password()) == ("Gustavo A. Lima", "Guga", False)
    assert "Welcome, Guga." in account.text
    assert "Choose a password" in account.text
    # The link is used up; a code signs in from now on.
    assert Client().get(url).status_code == 410
    browser = Client()
    browser.post(reverse("account_request_login_code"), {"email": "gustavo@example.com"})
    code = re.search(r"^[A-Z0-9]{4}-[A-Z0-9]{4}$", deliver()[-1].body, re.MULTILINE)
    assert code is not None
    browser.post(reverse("account_confirm_login_code"), {"code": code[0]})
    assert browser.get(reverse("people:account")).context["user"] == user


def test_invitation_accept_asks_for_a_password_where_no_mail_is_sent(
    cast: Cast, client: Client, settings: Any
) -> None:
    settings.SENDS_MAIL = False
    url = link(cast)
    assert "You need no password" not in client.get(url).text
    for password, why in (("", "This field is required."), ("12345", "This password is too short.")):
        answer = client.post(url, {"name": "Gustavo Lima", "password": password})
        assert answer.context["form"].errors["password"][0].startswith(why)
    assert Invitation.objects.get().accepted_at is None
    assert client.post(url, {"name": "Gustavo Lima", "password": "three words in"}).status_code == 302
    assert User.objects.get(email="gustavo@example.com").check_password("three words in")


def test_invitation_accept_says_what_to_do_when_it_was_revoked(cast: Cast, client: Client) -> None:
    url = link(cast)
    revoke(invitation=Invitation.objects.get(), at=timezone.now())
    answer = client.get(url)
    assert answer.status_code == 410
    assert b"Ask the person who invited you for a new one" in answer.content
