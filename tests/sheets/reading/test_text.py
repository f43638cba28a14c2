import csv
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.cells import escaped
from sheets.reading import Limits, UnreadableFile, read_file
from sheets.reading.tables import cleaned

LIMITS = Limits()


def rows(content: bytes) -> list[tuple[object, ...]]:
    (table,) = read_file("roster.csv", content, LIMITS)
    return [row.cells for row in table.rows]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_separator_and_encoding_are_found(separator: str, encoding: str) -> None:
    text = "\r\n".join(
        separator.join(cells) for cells in [("Nome", "E-mail"), ("Fátima Sá", "f@example.com")]
    )
    assert rows(text.encode(encoding)) == [("Nome", "E-mail"), ("Fátima Sá", "f@example.com")]


def test_separator_in_a_quotation_does_not_count() -> None:
    assert rows(b'name;note\nAna;"a, b, c, d"\nBruno;"e, f, g, h"') == [
        ("name", "note"),
        ("Ana", "a, b, c, d"),
        ("Bruno", "e, f, g, h"),
    ]


def test_rows_keep_the_number_of_the_line_in_which_they_begin() -> None:
    (table,) = read_file("a.csv", b'name,note\n\nAna,"two\nlines"\n,\nBruno,x\n', LIMITS)
    assert [(row.number, row.cells) for row in table.rows] == [
        (1, ("name", "note")),
        (3, ("Ana", "two\nlines")),
        (6, ("Bruno", "x")),
    ]
    assert table.location(6) == "row 6"


def test_one_column_is_a_table_too() -> None:
    assert rows(b"name\nAna\nBruno") == [("name",), ("Ana",), ("Bruno",)]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"a,b\n" * 50_001, "more than 50,000 rows"),
        (b",".join([b"x"] * 200), "more than 100 columns in row 1"),
        (b'name,note\nAna,"' + b"x" * 1_000_001, "A quotation mark may be missing"),
        (b",,,\n,,,\n", "is empty"),
    ],
)
def test_bad_text_is_refused_with_the_reason(content: bytes, words: str) -> None:
    with pytest.raises(UnreadableFile, match=words):
        read_file("roster.csv", content, LIMITS)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"], include_characters="\t")))
def test_text_that_goes_out_as_text_comes_in_as_it_was(text: str) -> None:
    out = StringIO()
    csv.writer(out).writerow([escaped(text), "x"])
    assert not out.getvalue().lstrip('"').startswith(("=", "+", "-", "@"))
    assert cleaned(escaped(text)) == text
