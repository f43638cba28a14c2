"""Nobody comes in as somebody else: whose link an invitation is, and who could have copied it."""

from django.core import mail
from django.test import Client
from django.urls import reverse

from people.models import Invitation, User
from tests.conftest import NOW, Cast
from tests.places import link_of


def as_person(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def add_admin(person: User, slug: str, email: str) -> None:
    url = reverse("groups:course-admin-add", args=[slug])
    assert as_person(person).post(url, {"email": email, "name": "Vera"}).status_code == 302


def opens(invitation: Invitation) -> int:
    return Client().get(reverse("people:invitation-accept", args=[link_of(invitation)])).status_code


def test_a_link_copied_in_another_course_does_not_open_this_one(cast: Cast) -> None:
    add_admin(cast.zoe, "statistics", "vera@example.com")
    copied = Invitation.objects.get()
    assert opens(copied) == 200
    add_admin(cast.ines, cast.course.slug, "vera@example.com")
    assert opens(copied) == 410
    assert opens(Invitation.objects.get(revoked_at=None)) == 200
    assert [message.to for message in mail.outbox] == [["vera@example.com"]] * 2
    assert link_of(Invitation.objects.get(revoked_at=None)) not in shown_to(cast.zoe, "statistics")


def shown_to(person: User, slug: str) -> str:
    vera = User.objects.get(email="vera@example.com")
    response = as_person(person).get(reverse("groups:invitation-detail", args=[slug, vera.pk]))
    assert response.status_code == 200
    return response.content.decode()


def test_a_link_of_the_same_course_stays_as_it_is(cast: Cast) -> None:
    cast.course.admins.create(person=cast.tomas)
    add_admin(cast.ines, cast.course.slug, "vera@example.com")
    add_admin(cast.tomas, cast.course.slug, "vera@example.com")
    assert opens(Invitation.objects.get()) == 200


def test_no_link_sets_the_password_of_an_operator(cast: Cast) -> None:
    operator = User.objects.create_user("vera@example.com", name="Vera", is_staff=True, is_superuser=True)
    add_admin(cast.zoe, "statistics", operator.email)
    assert list(Invitation.objects.all()) == []
    old = Invitation.objects.create(
        person=operator, invited_by=cast.zoe, invited_at=NOW, expires_at=NOW.replace(month=10)
    )
    assert opens(old) == 410
    assert link_of(old) not in shown_to(cast.zoe, "statistics")
    url = reverse("groups:person-correct", args=["statistics", operator.pk])
    as_person(cast.zoe).post(url, {"name": "Vera", "email": "zoe2@example.com"})
    operator.refresh_from_db()
    assert operator.email == "vera@example.com"
