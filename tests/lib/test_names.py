import pytest
from django.core.exceptions import ValidationError

from groups.models import Group
from lib.names import OneLineInput, clean_name
from people.models import User
from tests.conftest import Cast


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Ana\nRuivo", "Ana Ruivo"),
        ("Ana\r\n\tRuivo ", "Ana Ruivo"),
        ("Ana\u2028Ruivo", "Ana Ruivo"),
        ("Ana\x00\x1b[31mRuivo", "Ana[31mRuivo"),
        ("\u202eoviuR anA", "oviuR anA"),
        ("\u2066Ana\u2069\u200f", "Ana"),
        ("A\u200bna\ufeff\u00ad\u2060", "Ana"),
        ("A\U000e0041na", "Ana"),
        ("\u3164\u2800", ""),
        # A Persian and a Sinhalese name, and a Japanese one with a variant of its letter.
        ("علی\u200cرضا", "علی\u200cرضا"),
        ("ශ්\u200dරී", "ශ්\u200dරී"),
        ("葛\U000e0100飾", "葛\U000e0100飾"),
        ("👩\u200d💻 Zoë ❤\ufe0f", "👩\u200d💻 Zoë ❤\ufe0f"),
        ("\u200dAna\u200c", "Ana"),
        ("Ana \u200d\ufe0f Ruivo", "Ana Ruivo"),
        ("Nguyễn Đức-Anh O’Brien", "Nguyễn Đức-Anh O’Brien"),
    ],
)
def test_clean_name(typed: str, kept: str) -> None:
    assert clean_name(typed) == kept


def test_names_are_saved_clean_whichever_way(cast: Cast) -> None:
    typed = "Ana\u202e\nRuivo"
    made = User.objects.create_user("a@example.com", name=typed)
    User.objects.bulk_create([User(email="b@example.com", name=typed)])
    User.objects.filter(pk=cast.zoe.pk).update(name=typed)
    assert made.name == "Ana Ruivo"
    named = User.objects.filter(email__in=["a@example.com", "b@example.com", "zoe@example.com"])
    assert set(named.values_list("name", flat=True)) == {"Ana Ruivo"}
    group = Group.objects.create(cohort=cast.cohort, name="Mint\n\u200b 2")
    assert (group.name, group.sort_key) == ("Mint 2", "mint 00000002")


def test_typing_nothing_visible_is_typing_nothing() -> None:
    with pytest.raises(ValidationError, match="required"):
        OneLineInput().clean("\u200b\u3164")
