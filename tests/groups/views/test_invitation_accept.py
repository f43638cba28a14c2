from django.test import Client
from django.urls import reverse
from django.utils import timezone

from people.actions.invitations import invite, revoke
from people.models import Invitation
from tests.conftest import Cast
from tests.places import link_of


def link(cast: Cast) -> str:
    invitation = invite(email="gustavo@example.com", name="Gustavo Lima", by=cast.ines, at=timezone.now())
    assert invitation is not None
    return reverse("groups:invitation-accept", args=[link_of(invitation)])


def test_invitation_accept_signs_the_person_in(cast: Cast, client: Client) -> None:
    url = link(cast)
    assert b"Gustavo Lima" in client.get(url).content
    sent = {"name": "Gustavo A. Lima", "short_name": "Guga", "password": "three words in"}
    answer = client.post(url, sent)
    assert answer.status_code == 302
    account = client.get(reverse("people:account"))
    user = account.context["user"]
    assert (user.name, user.short_name) == ("Gustavo A. Lima", "Guga")
    assert b"Welcome, Guga." in account.content


def test_invitation_accept_tells_why_a_password_is_too_weak(cast: Cast, client: Client) -> None:
    answer = client.post(link(cast), {"name": "Gustavo Lima", "password": "12345"})
    assert "password" in answer.context["form"].errors
    assert Invitation.objects.get().accepted_at is None


def test_invitation_accept_says_what_to_do_when_it_was_revoked(cast: Cast, client: Client) -> None:
    url = link(cast)
    revoke(invitation=Invitation.objects.get(), at=timezone.now())
    answer = client.get(url)
    assert answer.status_code == 410
    assert b"Ask the person who invited you for a new one" in answer.content
