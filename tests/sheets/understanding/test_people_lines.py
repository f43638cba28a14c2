import pytest

from sheets.reading import Limits, Table
from sheets.understanding.people_lines import read_people_file
from sheets.understanding.roster import RosterTable, understand_roster

ANA = ("Ana Ruivo", "ana@example.com", "", "")


def table(text: str, *groups: str) -> Table:
    (found,) = read_people_file("pasted text", text.encode(), Limits(), groups)
    return found


def people(text: str, *groups: str) -> list[tuple[str, str, str, str]]:
    read: RosterTable = understand_roster(table(text, *groups))
    assert not read.understood.missing
    entries = [(one.person.name, one.person.email, one.group, "") for one in read.entries]
    return entries + [(one.what, "", "", one.reason) for one in read.unread]


@pytest.mark.parametrize(
    "text",
    [
        "Ana Ruivo <ana@example.com>",
        "Ana Ruivo <mailto:ana@example.com>",
        '"Ana Ruivo" <ANA@example.com>,',
        "Ana Ruivo (ana@example.com)",
        "ana@example.com, Ana Ruivo",
        "Ana Ruivo, ana@example.com",
        "Ana Ruivo;ana@example.com;",
        "Ana Ruivo\tana@example.com",
        "ana@example.com\tAna  Ruivo\t",
        "Ana Ruivo ana@example.com",
        "ana@example.com Ana Ruivo",
        "Ana Ruivo,ana@example.com,Europe/Lisbon,3,2",
        '"Ana Ruivo","ana@example.com"',
        "name,email,time_zone\r\n\r\nAna Ruivo,ana@example.com,Europe/Lisbon\n",
    ],
)
def test_person_is_read_however_written(text: str) -> None:
    assert people(text, "Clover") == [ANA]


@pytest.mark.parametrize(
    "text",
    [
        "Ana Ruivo;ana@example.com;Clover",
        "clover\tAna Ruivo\tana@example.com",
        "Ana Ruivo <ana@example.com>, Clover",
    ],
)
def test_group_is_read_if_there_is_one_of_that_name(text: str) -> None:
    assert people(text, "Clover", "Juniper") == [("Ana Ruivo", "ana@example.com", "Clover", "")]
    assert people(text.replace("lover", "hess"))[0][2] == ""


def test_comma_inside_quotes_and_before_brackets_parts_a_name_that_begins_with_the_last() -> None:
    assert people('"Ruivo, Ana",ana@example.com\nSá, Bruno <bruno@example.com>') == [
        ("Ana Ruivo", "ana@example.com", "", ""),
        ("Bruno Sá", "bruno@example.com", "", ""),
    ]


def test_several_of_a_mail_program_on_one_line_are_several() -> None:
    text = (
        "\nAna <ana@example.com>, Bruno Sá <bruno@example.com>; Chidi <chidi@example.com>\nDi d@example.com"
    )
    rows = table(text).rows
    assert [(row.number, row.text(0)) for row in rows[1:]] == [
        (2, "Ana"),
        (2, "Bruno Sá"),
        (2, "Chidi"),
        (3, "Di"),
    ]


def test_first_line_may_have_no_address_and_unknown_column_names_are_no_people() -> None:
    assert people("Ivo Petrov\nHana Mori; hana@example.com") == [
        ("Ivo Petrov", "", "", ""),
        ("Hana Mori", "hana@example.com", "", ""),
    ]
    assert [row.number for row in table("Wer,Wo\nGus Lind,gus@example.com").rows] == [1, 2]


def test_line_says_why_it_cannot_be_used() -> None:
    assert people("Ana ana@example.com bruno@example.com\nIvo; ivo@example..com\nc@example.com") == [
        ("", "c@example.com", "", ""),
        (
            "Ana bruno@example.com <ana@example.com>",
            "",
            "",
            "This cell has two people or two addresses. Keep one.",
        ),
        ("Ivo <ivo@example..com>", "", "", "“ivo@example..com” is not an e-mail address."),
    ]
