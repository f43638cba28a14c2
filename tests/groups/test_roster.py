import pytest

from groups.roster import MOST_LINES, RosterLine, roster_lines

ANA = ("ana@example.com", "Ana Ruivo", "")


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
    ],
)
def test_roster_lines_read_a_person_however_written(text: str) -> None:
    lines = roster_lines(text, ["Clover"])
    assert [(line.email, line.name, line.group, line.problem) for line in lines] == [(*ANA, "")]


@pytest.mark.parametrize(
    "text",
    [
        "Ana Ruivo;ana@example.com;Clover",
        "clover\tAna Ruivo\tana@example.com",
        "Ana Ruivo <ana@example.com>, Clover",
    ],
)
def test_roster_lines_read_the_group(text: str) -> None:
    (line,) = roster_lines(text, ["Clover", "Juniper"])
    assert (line.email, line.name, line.group) == ("ana@example.com", "Ana Ruivo", "Clover")


def test_roster_lines_keep_commas_inside_quotes() -> None:
    (line,) = roster_lines('"Ruivo, Ana",ana@example.com', [])
    assert (line.name, line.email) == ("Ruivo, Ana", "ana@example.com")


def test_roster_lines_read_several_of_a_mail_program_on_one_line() -> None:
    lines = roster_lines("Ana <ana@example.com>, Bruno Sá <bruno@example.com>; Chidi <chidi@example.com>", [])
    assert [(line.number, line.name, line.email) for line in lines] == [
        (1, "Ana", "ana@example.com"),
        (1, "Bruno Sá", "bruno@example.com"),
        (1, "Chidi", "chidi@example.com"),
    ]


def test_roster_lines_pass_over_empty_lines_and_column_names_but_count_them() -> None:
    lines = roster_lines("\nname,email,time_zone\r\n\r\nAna Ruivo,ana@example.com,Europe/Lisbon\n", [])
    assert [(line.number, line.name) for line in lines] == [(4, "Ana Ruivo")]


def test_roster_lines_say_why_a_line_cannot_be_used() -> None:
    text = "Ana Ruivo\nAna ana@example.com bruno@example.com\nAna <ana@example.com>\nANA@example.com; Ana Ruivo\nana@"
    assert [(line.number, line.problem) for line in roster_lines(text, [])] == [
        (1, "no e-mail address"),
        (2, "two e-mail addresses; use one line per person"),
        (3, ""),
        (4, "the same address as “Ana <ana@example.com>”"),
        (5, "no e-mail address"),
    ]


def test_roster_lines_keep_the_line_as_it_was_written() -> None:
    assert roster_lines("  Ana  Ruivo \t", []) == [RosterLine(1, "Ana  Ruivo", problem="no e-mail address")]


def test_roster_lines_take_a_lone_address_without_a_name() -> None:
    assert roster_lines("ana@example.com", []) == [RosterLine(1, "ana@example.com", email="ana@example.com")]


def test_roster_lines_stop_somewhere() -> None:
    text = "\n".join(f"p{n}@example.com" for n in range(MOST_LINES + 5))
    assert len(roster_lines(text, [])) == MOST_LINES
