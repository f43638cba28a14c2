from datetime import date

import pytest

from sheets.reading import CellValue, Formula
from sheets.understanding.marks import SHARE, mark_key, read_mark, read_yes, words_of


@pytest.mark.parametrize(
    "value",
    [
        True,
        1,
        1.0,
        100,
        "TRUE",
        "x",
        "X ",
        "yes",
        "Sim",
        "sí",
        "Oui",
        "done",
        "feito",
        "100 %",
        "100%",
        "1",
        "✓",
    ],
)
def test_done_is_known_however_it_is_written(value: CellValue) -> None:
    mark = read_mark(value)
    assert mark is not None
    assert (mark.state, mark.wrong) == ("done", "")


@pytest.mark.parametrize(
    ("value", "state"),
    [
        (False, "not_started"),
        (0, "not_started"),
        ("FALSE", "not_started"),
        ("não", "not_started"),
        ("-", "not_started"),
        ("50%", "working"),
        (0.5, "working"),
        ("in progress", "working"),
        ("need help", "need_help"),
        ("skipped", "skipped"),
    ],
)
def test_other_states_are_known(value: CellValue, state: str) -> None:
    mark = read_mark(value)
    assert mark is not None
    assert mark.state == state


@pytest.mark.parametrize(
    ("value", "key"),
    [
        ("1%", SHARE),
        ("99 %", SHARE),
        (0.01, SHARE),
        ("1", ""),
        (1, ""),
        ("100%", ""),
        ("0 %", ""),
        (True, ""),
    ],
)
def test_share_is_a_mark_to_choose_and_none_or_all_is_a_check_box(value: CellValue, key: str) -> None:
    assert mark_key(value) == key


@pytest.mark.parametrize("value", [None, "", "  "])
def test_empty_cell_says_nothing(value: CellValue) -> None:
    assert read_mark(value) is None


@pytest.mark.parametrize("value", ["maybe", "!", "🐍", 7, "150%", Formula("=A1"), "nan", "inf"])
def test_what_is_no_mark_is_said(value: CellValue) -> None:
    mark = read_mark(value)
    assert mark is not None
    assert mark.state == ""
    assert mark.wrong


YES, NO = words_of("solved,résolu"), words_of("open,not yet")


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("Solved", True),
        ("RESOLU", True),
        ("open", False),
        ("Not yet", False),
        ("x", True),
        (True, True),
        (1, True),
        ("no", False),
        (False, False),
        (None, False),
        ("", False),
        ("in progress", False),
        ("?", False),
    ],
)
def test_cell_says_yes_or_no_in_the_words_of_its_column(value: CellValue, says: bool) -> None:
    assert read_yes(value, YES, NO) == (says, "")


@pytest.mark.parametrize("value", ["perhaps", 7, date(2026, 9, 10), Formula("=A1")])
def test_what_says_neither_is_not_known(value: CellValue) -> None:
    says, wrong = read_yes(value, YES, NO)
    assert (says, bool(wrong)) == (None, True)
