import time

import pytest

from lib.mentions import read_people, read_person
from sheets.reading import Limits
from sheets.understanding.people_lines import read_people_file

NADIA, OMAR = ("Nadia Rahal", "nadia@example.org"), ("Omar O", "omar@example.org")


@pytest.mark.parametrize(
    ("text", "email"),
    [
        ("Nadia Rahal <nadia@example.org>, Omar O <omar@example.org>", ""),
        ("Nadia Rahal <nadia@example.org>; Omar O <omar@example.org>", ""),
        ("Nadia Rahal (nadia@example.org) / Omar O (omar@example.org)", ""),
        ("Nadia Rahal <nadia@example.org> & Omar O <omar@example.org>", ""),
        ("Nadia Rahal <nadia@example.org>\nOmar O <omar@example.org>", ""),
        ("Nadia Rahal; Omar O", "nadia@example.org; omar@example.org"),
        ("Nadia Rahal & Omar O", "nadia@example.org, omar@example.org"),
        ("Nadia Rahal\nnadia@example.org\nOmar O\n<omar@example.org>", ""),
        ("Nadia Rahal\nOmar O", "nadia@example.org\nomar@example.org"),
    ],
)
def test_two_people_of_a_cell_are_two(text: str, email: str) -> None:
    assert [(one.name, one.email, one.wrong) for one in read_people(text, email)] == [
        (*NADIA, ""),
        (*OMAR, ""),
    ]


@pytest.mark.parametrize(
    ("text", "email", "people"),
    [
        ("", "", []),
        ("Rahal, Nadia", "", [("Nadia Rahal", "")]),
        ("Nadia Rahal, Omar Sá", "", [("Nadia Rahal, Omar Sá", "")]),
        ("Nadia / Omar", "", [("Nadia", ""), ("Omar", "")]),
        ("Anne-Marie O'Neil/Sá", "", [("Anne-Marie O'Neil/Sá", "")]),
        ("Rahal, Nadia", "nadia@example.org", [("Nadia Rahal", "nadia@example.org")]),
        ("", "nadia@example.org omar@example.org", None),
        ("", "nadia@example.org, omar@example.org", [("", NADIA[1]), ("", OMAR[1])]),
        ("Nadia Rahal", "nadia@example.org, omar@example.org", None),
        ("R & D", "nadia@example.org", [("R & D", "nadia@example.org")]),
        ("Nadia <nadia@example.org> Omar <omar@example.org>", "", None),
        ("Nadia Rahal\nnadia@example.org", "", [NADIA]),
        ("Rahal, Nadia\n<nadia@example.org>", "", [NADIA]),
    ],
)
def test_people_of_a_cell(text: str, email: str, people: list[tuple[str, str]] | None) -> None:
    read = read_people(text, email)
    if people is None:
        assert [one.wrong[:31] for one in read] == ["This cell has two people or two"]
    else:
        assert [(one.name, one.email, one.wrong) for one in read] == [(*one, "") for one in people]


@pytest.mark.parametrize(
    ("text", "email"),
    [("Zea <zea@example.org>, Zed <zed@example.org>", ""), ("Zea", "zea@example.org; zea2@example.org")],
)
def test_one_person_has_one_address(text: str, email: str) -> None:
    assert read_person(text, email).wrong.startswith("This cell has two people or two addresses.")


@pytest.mark.parametrize(
    "text", ["a" * 100_000, " " * 100_000, "< " * 50_000, "a@" * 50_000, ">," + " " * 99_000]
)
def test_long_text_is_read_in_linear_time(text: str) -> None:
    began = time.process_time()
    read_people_file("pasted text", f"x{text}y a@example.com".encode(), Limits(), [])
    read_people(f"x{text}y")
    assert time.process_time() - began < 2
