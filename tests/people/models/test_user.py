import pytest
from django.db import IntegrityError

from people.models import User
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


def test_create_user_keeps_the_address_in_lower_case_and_no_password() -> None:
    person = User.objects.create_user(" Vera@Example.org ", name="Vera Sol")
    assert (person.email, person.is_staff, person.has_usable_password()) == ("vera@example.org", False, False)


def test_create_user_wants_an_address() -> None:
    with pytest.raises(ValueError, match="needs an e-mail address"):
        User.objects.create_user("")


def test_create_superuser_makes_an_operator() -> None:
    person = User.objects.create_superuser("vera@example.org", "a long pass phrase")
    assert (person.is_staff, person.is_superuser) == (True, True)
    assert person.check_password("a long pass phrase")


def test_address_is_somebody_s_in_any_case() -> None:
    vera = UserFactory.create(email="vera@example.org")
    assert User.objects.get_by_natural_key("VERA@example.org") == vera
    with pytest.raises(IntegrityError):
        UserFactory.create(email="Vera@example.org")


def test_named_like_wants_every_word_in_name_or_address() -> None:
    vera = UserFactory.create(name="Vera Sol", email="vs@example.org")
    UserFactory.create(name="Vera Lua", email="vl@example.org")
    assert list(User.objects.named_like("sol VERA")) == [vera]
    assert list(User.objects.named_like("vera vs@")) == [vera]
    assert list(User.objects.named_like("vera rio")) == []


def test_named_like_knows_what_people_are_called() -> None:
    kiki = UserFactory.create(name="Christina Sol", short_name="Kiki")
    assert list(User.objects.named_like("kiki sol")) == [kiki]


@pytest.mark.parametrize(
    ("name", "called", "short", "words"),
    [
        ("Vera Sol", "", "Vera", "Vera Sol"),
        ("Vera Sol", "Verinha", "Verinha", "Vera Sol"),
        ("", "", "v@example.org", "v@example.org"),
    ],
)
def test_short_name_is_the_chosen_one_or_the_first_word_or_the_address(
    name: str, called: str, short: str, words: str
) -> None:
    person = User(name=name, short_name=called, email="v@example.org")
    assert (person.get_short_name(), str(person)) == (short, words)
