import csv
import io
import time
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lib.cells import LONGEST, in_csv, in_workbook, plain
from lib.csv_lines import csv_lines
from sheets.reading.tables import cleaned


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('=HYPERLINK("http://example.org","open")', '\'=HYPERLINK("http://example.org","open")'),
        ("+351 912", "'+351 912"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1+1", "'=1+1"),
        ("\r\n=1+1", "'=1+1"),
        ("\x00=1+1", "'=1+1"),
        ("\x1b[31m", "[31m"),
        ("1 = 1", "1 = 1"),
        ("’tis", "’tis"),
        ("a\r\nb\rc", "a\nb\nc"),
    ],
)
def test_text_in_csv_is_no_formula(text: str, expected: str) -> None:
    assert in_csv(text) == expected


@pytest.mark.parametrize("separator", [";", ",", "\t", "|", "\n", "; ", ';"', '; "" ', "\n\n"])
@pytest.mark.parametrize("sign", "=+-@＝＋－＠")
def test_text_in_csv_is_no_formula_after_any_separator(separator: str, sign: str) -> None:
    text = f"Hello{separator}{sign}1+1"
    assert in_csv(text) == f"Hello{separator}'{sign}1+1"
    assert cleaned(in_csv(text)) == text


@given(st.text("ab;,|\t\n\"' =-", max_size=30))
def test_no_part_of_a_csv_file_begins_like_a_formula(text: str) -> None:
    line = b"".join(csv_lines(["x"], [["first", text, "last"]])).decode()
    for separator in ",;|\t":
        for row in csv.reader(io.StringIO(line, newline=""), delimiter=separator):
            assert not [cell for cell in row if cell.strip()[:1] in {"=", "+", "-", "@"}]


def test_text_in_csv_keeps_words_as_they_are() -> None:
    for text in ("a - b", "x=1, y=2", "me@example.com; you@example.com", "2026-09-16", "well-known, re-used"):
        assert in_csv(text) == text


def test_long_text_in_csv_takes_linear_time() -> None:
    for text in ("\n" * 200_000, "; " * 100_000, "'" * 200_000, '"' * 200_000, ";'" * 100_000):
        began = time.process_time()
        in_csv(f"a{text}a")
        assert time.process_time() - began < 2


@given(st.text())
def test_no_text_in_csv_begins_like_a_formula(text: str) -> None:
    assert in_csv(text)[:1] not in {"=", "+", "-", "@", "\t", "\r", "\n", "\0"}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, ""),
        (True, "TRUE"),
        (False, "FALSE"),
        (-3, "-3"),
        (Decimal("2.50"), "2.50"),
        (date(2026, 9, 17), "2026-09-17"),
        (datetime(2026, 9, 17, 8, 5), "2026-09-17 08:05"),  # noqa: DTZ001 - files know no time zones
    ],
)
def test_value_in_csv(value: object, expected: str) -> None:
    assert in_csv(value) == expected


@given(st.text())
@example("=1+1")
@example("'quoted'")
@example("'=1+1")
@example("''=1+1")
@example("a;'=1+1")
@example("a;=1+1")
def test_reader_removes_what_was_put_in_front(text: str) -> None:
    assert cleaned(in_csv(text)) == plain(text)
    assert cleaned(in_workbook(text)) == plain(text)


def test_text_too_long_for_a_cell_is_cut_and_says_so() -> None:
    assert in_workbook("a" * (LONGEST + 5)) == "a" * (LONGEST - 1) + "…"
    assert in_workbook("a" * LONGEST) == "a" * LONGEST
