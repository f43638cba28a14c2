import pytest
from django.test import Client
from django.urls import reverse

from people.demo import DEMO_ROLES
from people.models import User
from tests.factories.people import UserFactory

URL = "/demo/sign-in/"


@pytest.fixture
def demo_people(db: None) -> list[User]:
    return [UserFactory.create(name=key, email=email) for key, (_, email, *_) in DEMO_ROLES.items()]


@pytest.mark.parametrize("role", DEMO_ROLES)
def test_demo_sign_in_takes_one_click_in_the_demo(
    demo_people: list[User], settings, client: Client, role
) -> None:
    settings.DEMO = True
    label, email, *_ = DEMO_ROLES[role]
    assert label in client.get(reverse("account_login")).content.decode()
    client.post(URL, {"role": role})
    assert client.get(reverse("people:account")).context["user"].email == email


@pytest.mark.parametrize("role", DEMO_ROLES)
def test_demo_sign_in_is_not_there_outside_the_demo(
    demo_people: list[User], client: Client, role: str
) -> None:
    assert client.post(URL, {"role": role}).status_code == 404
    assert "_auth_user_id" not in client.session
    page = client.get(reverse("account_login")).content.decode()
    assert "demo" not in page


def test_demo_sign_in_takes_nobody_but_the_people_of_the_demo(settings, client: Client, db: None) -> None:
    settings.DEMO = True
    UserFactory.create(email="ana@example.com")
    operator = UserFactory.create(email=DEMO_ROLES["student"].email, is_staff=True)
    for role in ("student", "ana@example.com", operator.email, ""):
        assert client.post(URL, {"role": role}).status_code == 404
    assert "_auth_user_id" not in client.session
