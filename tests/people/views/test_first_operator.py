import re
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.conf import LazySettings
from django.core.cache import cache
from django.core.management import call_command
from django.core.management.base import OutputWrapper
from django.db import connection
from django.test import Client

from lib.keys import digest_of
from people.actions import first_operator
from people.models import User
from tests.conftest import NOW, Cast

GIVEN = {"email": "Olga@example.com", "name": "Olga Brandt", "password": "three words in a row"}

pytestmark = pytest.mark.django_db


def started() -> str:
    said = StringIO()
    call_command("first_operator", stdout=OutputWrapper(said))  # As bin/serve lets it be called.
    return said.getvalue()


def printed() -> str:
    return re.findall(r"^http://127\.0\.0\.1:8000(/first-operator/\S+)$", started(), re.MULTILINE)[0]


def test_the_first_start_prints_an_address_that_makes_the_first_site_admin(client: Client) -> None:
    address = printed()
    page = client.get(address).content.decode()
    assert "Nobody has an account here yet." in page
    assert "Without a password you sign in with a code by e-mail." in page
    wrong = client.post(address, {"email": "olga", "name": "", "password": "short"})
    assert set(wrong.context["form"].errors) == {"email", "name", "password"}
    assert client.post(address, {**GIVEN, "password": "Olga@example.com"}).context["form"].errors.keys() == {
        "password"
    }
    client.post(address, GIVEN)
    person = User.objects.get()
    assert (person.email, person.name, person.is_staff, person.is_superuser) == (
        "olga@example.com", "Olga Brandt", True, True,
    )  # fmt: skip
    assert person.check_password("three words in a row")
    assert client.get("/account/").context["user"] == person
    # Nobody makes a second one by it, and no start prints another.
    assert client.get(address).status_code == 410
    assert client.post(address, {**GIVEN, "email": "mallory@example.com"}).status_code == 410
    assert User.objects.count() == 1
    assert started() == ""


def test_without_a_password_they_sign_in_by_mail_if_there_is_any(
    client: Client, settings: LazySettings
) -> None:
    address, given = printed(), {**GIVEN, "password": ""}
    settings.SENDS_MAIL = False
    assert client.post(address, given).context["form"].errors.keys() == {"password"}
    settings.SENDS_MAIL = True
    client.post(address, given)
    assert not User.objects.get().has_usable_password()


def test_another_start_within_the_hour_says_so_and_a_later_one_prints_another(client: Client) -> None:
    address = printed()
    assert "An earlier start printed the address for the first site admin" in started()
    with time_machine.travel(NOW + timedelta(minutes=59), tick=False):
        assert client.get(address).status_code == 200
    with time_machine.travel(NOW + timedelta(minutes=61), tick=False):
        assert client.get(address).status_code == 410
        assert client.get(printed()).status_code == 200


def test_only_its_digest_is_kept() -> None:
    key = printed().split("/")[-2]
    with connection.cursor() as cursor:
        cursor.execute("SELECT value FROM people_cache")
        assert key not in str(cursor.fetchall())
    assert cache.get("first-operator") is not None


def test_two_at_once_make_one(monkeypatch: pytest.MonkeyPatch) -> None:
    key = printed().split("/")[-2]
    # The second has looked before the first was done.
    monkeypatch.setattr(first_operator, "works", lambda key: True)
    made = [
        first_operator.make_first_operator(key=key, email=f"{name}@example.com", password="", name=name)
        for name in ("olga", "mallory")
    ]
    assert made == [User.objects.get(), None]


def test_nothing_is_printed_and_no_address_works_beside_people_or_the_demo(
    client: Client, settings: LazySettings
) -> None:
    address = printed()
    settings.DEMO = True
    assert started() == ""
    assert client.get(address).status_code == 410


def test_no_address_works_once_anybody_has_an_account(client: Client, cast: Cast) -> None:
    cache.set("first-operator", digest_of("0123"), 60)
    assert started() == ""
    assert client.post("/first-operator/0123/", GIVEN).status_code == 410
