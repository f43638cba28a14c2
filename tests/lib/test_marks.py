"""Marks: letters of a group's people, and what they are for who does not see them."""

import pytest

from lib.marks import PersonMark, leaf, letters_of, mark


@pytest.mark.parametrize(
    ("names", "letters"),
    [
        (["Ana", "bruno", "Chidi"], ["A", "B", "C"]),
        (["Thu Trang", "Zanele", "Tiago"], ["Th", "Z", "Ti"]),
        (["Ana", "Ana"], ["An", "An"]),
        (["T", "T. J."], ["T", "T."]),
        (["Ágnes", "ß", "李"], ["Á", "SS", "李"]),
        (["A B", "Ana"], ["A", "An"]),
    ],
)
def test_letters_of(names: list[str], letters: list[str]) -> None:
    assert list(letters_of(dict(enumerate(names))).values()) == letters


def test_mark_beside_a_name_is_not_read_out() -> None:
    assert mark(PersonMark("Ana Ruivo", "A", 2)) == '<span class="mark hue-2" aria-hidden="true">A</span>'


def test_mark_alone_says_the_name() -> None:
    shown = (
        '<span class="mark hue-2 mark-gone" role="img" aria-label="A &amp; B" title="A &amp; B">&lt;</span>'
    )
    assert mark(PersonMark("A & B", "<", 2), alone=True, look="gone") == shown


def test_mark_of_a_mentor_has_no_hue_and_that_of_nobody_no_letter() -> None:
    assert mark(PersonMark("Marta Pires", "M")) == '<span class="mark" aria-hidden="true">M</span>'
    assert mark(None, alone=True) == '<span class="mark" aria-hidden="true"></span>'


def test_leaf_of_a_group() -> None:
    assert leaf(6) == '<svg class="leaf hue-6" aria-hidden="true"><use href="#clover"/></svg>'
