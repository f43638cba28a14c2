from datetime import datetime
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from sheets.reading import Formula, Limits, UnreadableFile, read_file
from sheets.reading.kept import kept, tables_kept
from tests.sheets.workbooks import archive, sheet_xml, with_part, with_texts, workbook

SHEET = "xl/worksheets/sheet1.xml"
LIMITS = Limits()
SMALL = Limits(
    bytes=200_000,
    rows=50,
    unpacked_bytes=1_000_000,
    rows_with_empty_ones=200,
    bytes_of_a_row=100_000,
    tags_of_a_row=1_000,
    bytes_of_texts=100_000,
    tags_of_texts=2_000,
    tags=20_000,
    tabs=3,
)


def refusal(content: bytes, limits: Limits = LIMITS, name: str = "group.xlsx") -> str:
    with pytest.raises(UnreadableFile) as caught:
        read_file(name, content, limits)
    return str(caught.value)


def test_workbook_gives_each_tab_with_its_rows_and_numbers() -> None:
    day = datetime(2026, 9, 17)  # noqa: DTZ001
    content = workbook(
        {"Tracker": [["Name", None, "RAG"], [], ["Ana", True, 0.5]], "Empty": [], "Dates": [[day, 7, "x"]]}
    )
    tracker, dates = read_file("group.xlsx", content, LIMITS)
    assert (tracker.name, tracker.tab) == ("group.xlsx, Tracker", "Tracker")
    assert [(row.number, row.cells) for row in tracker.rows] == [
        (1, ("Name", None, "RAG")),
        (3, ("Ana", True, 0.5)),
    ]
    assert dates.rows[0].cells == (day, 7, "x")
    assert tracker.location(3, 2) == "Tracker C3"


def test_hidden_columns_are_known_and_errors_are_empty() -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Tracker"
    for row in (["Name", "salary", "RAG", None, "x"], ["Ana", 41_000, "#N/A"], ["#REF!"]):
        sheet.append(row)
    for letter in "BD":
        sheet.column_dimensions[letter].hidden = True
    content = BytesIO()
    book.save(content)
    [table] = read_file("group.xlsx", content.getvalue(), LIMITS)
    # A column without a cell has nothing to hide.
    assert (table.hidden, tables_kept(kept([table]))) == ((1,), [table])
    assert [row.cells for row in table.rows] == [("Name", "salary", "RAG", None, "x"), ("Ana", 41_000)]
    assert [row.cells for row in table.seen().rows] == [("Name", None, "RAG", None, "x"), ("Ana", None)]
    assert table.seen({1}) == table
    assert table.notes == ("Tracker: 2 cells with an error such as #N/A: taken as empty.",)
    [text] = read_file("a.csv", b"Name,RAG\nAna,#N/A\n#REF!,\n", LIMITS)
    assert ([row.cells for row in text.rows], text.notes) == (
        [("Name", "RAG"), ("Ana", None)],
        ("a.csv: 2 cells with an error such as #N/A: taken as empty.",),
    )


@pytest.mark.parametrize(
    "text",
    ["مرحبا بالعالم", "👩‍💻 emoji", "Zoë", "n" * 10_000, "two\nlines"],
    ids=["arabic", "emoji", "accent", "long", "lines"],
)
def test_text_comes_through_as_it_is(text: str) -> None:
    assert read_file("a.xlsx", workbook({"A": [[text]]}), LIMITS)[0].rows[0].cells == (text,)


def test_control_characters_and_the_mark_of_text_are_taken_off() -> None:
    rows = sheet_xml(
        b'<row r="1"><c t="inlineStr"><is><t>\'=1+1</t></is></c><c t="inlineStr"><is><t>a&#x85;b</t></is></c></row>'
    )
    assert read_file("a.xlsx", with_part(workbook({"A": [["x"]]}), SHEET, rows), LIMITS)[0].rows[0].cells == (
        "=1+1",
        "ab",
    )


def test_formula_without_a_value_is_said_with_its_place() -> None:
    (table,) = read_file(
        "a.xlsx", workbook({"Q": [["Question"], ['=HYPERLINK("http://example.com","open")']]}), LIMITS
    )
    assert table.rows[1].cells == (Formula('=HYPERLINK("http://example.com","open")'),)
    (note,) = table.formula_note()
    assert note.startswith("Q, A2: a formula without a saved value.")
    assert table.formula_note({2}) == ()


def test_formula_with_a_value_is_its_value() -> None:
    rows = sheet_xml(
        b'<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1" t="str"><f>""</f><v></v></c></row>'
    )
    (table,) = read_file("a.xlsx", with_part(workbook({"A": [["x"]]}), SHEET, rows), LIMITS)
    assert (table.rows[0].cells, table.notes, table.formula_note()) == ((2,), (), ())


def test_hidden_rows_and_merged_cells_are_read_and_said() -> None:
    def hide(book: Workbook) -> None:
        book["A"].row_dimensions[2].hidden = True
        book["A"].merge_cells("A3:A4")

    (table,) = read_file("a.xlsx", workbook({"A": [["Name"], ["Ana"], ["Bruno"], [None]]}, hide), LIMITS)
    assert [row.cells for row in table.rows] == [("Name",), ("Ana",), ("Bruno",)]
    assert table.notes == (
        "A: hidden rows are imported like the others: 2.",
        "A: a merged cell (A3:A4) counts for each of its rows.",
    )


BOOK = workbook({"Tracker": [["Name", "Mentor", "RAG"], ["Ana", "Marta", True]]})


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"   \n", "is empty"),
        (b"\x00\x01\x02 not a workbook \x00", "neither a workbook"),
        (b"%PDF-1.7", "is a PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "protected by a password"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 Workbook", "old .xls format"),
        (BOOK[: len(BOOK) // 2], "cut off"),
        (archive({"word/document.xml": b"<a/>"}), "is not a workbook"),
        (archive({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}), "OpenDocument"),
        (archive({"[Content_Types].xml": b"", "xl/workbook.bin": b""}), "binary workbook"),
        (with_part(BOOK, "xl/vbaProject.bin", b"macro"), "contains macros"),
        (with_part(BOOK, SHEET, b"<worksheet><sheetData><row"), "damaged"),
        (with_part(BOOK, "xl/workbook.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), "damaged"),
        (workbook({"A": [], "B": []}), "all its tabs are empty"),
        (workbook({"A": [["x"] * 200]}), "more than 100 columns in row 1"),
        (workbook({"A": [[None] * 16_000 + ["x"]]}), "columns in row 1"),
    ],
)  # fmt: skip
def test_bad_file_is_refused_with_the_reason(content: bytes, words: str) -> None:
    message = refusal(content)
    assert words in message
    assert "group.xlsx" in message


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"x" * 200_001, "the limit is 200 kB. Split it"),
        (with_part(BOOK, "xl/media/image.bin", b"\0" * 1_000_001), "would unpack to 1 MB"),
        (workbook({"Tracker": [[n] for n in range(51)]}), "more than 50 rows"),
        (workbook({"A": [[n] for n in range(30)], "B": [[n] for n in range(30)]}), "more than 50 rows"),
        (with_part(BOOK, SHEET, sheet_xml(b"<row/>" * 500)), "more than 200 rows; only 0 so far are not empty"),
        (with_part(BOOK, SHEET, sheet_xml(b"<row>" + b"<c/>" * 5_000 + b"</row>")), "far larger"),
        (with_part(BOOK, SHEET, sheet_xml(b"<x/>" * 5_000)), "far larger"),
        (with_part(BOOK, SHEET, sheet_xml(b"<row><c><v>1" + b" " * 200_000 + b"</v></c></row>")), "far larger"),
        (workbook({name: [["x"]] for name in "ABCD"}), "has 4 tabs"),
        (with_texts(b"<si><t>" + b"x" * 200_000 + b"</t></si>"), "The text of"),
        (with_texts(b"<si/>" * 3_000), "The text of"),
        (with_part(BOOK, SHEET, sheet_xml((b"<row>" + b"<c/>" * 500 + b"</row>") * 40)), "far larger"),
    ],
)  # fmt: skip
def test_file_above_a_limit_is_refused_with_the_reason(content: bytes, words: str) -> None:
    assert words in refusal(content, SMALL)


def test_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = with_part(BOOK, "xl/worksheets/sheet2.xml", b"0" * 301_000_000)
    assert len(bomb) < 1_000_000
    assert "would unpack to 30" in refusal(bomb)


def test_million_empty_rows_are_refused_with_the_tab() -> None:
    rows = b'<row r="1"><c><v>1</v></c></row>' + b'<row ht="15"/>' * 1_000_000
    message = refusal(with_part(BOOK, SHEET, sheet_xml(rows)))
    assert (
        "The tab “Tracker” of “group.xlsx” has more than 200,000 rows; only 1 so far are not empty" in message
    )


def test_row_far_down_costs_nothing() -> None:
    rows = sheet_xml(b'<row r="1048576"><c r="A1048576"><v>1</v></c></row>')
    assert read_file("a.xlsx", with_part(BOOK, SHEET, rows), LIMITS)[0].rows[0].number == 1_048_576


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(BOOK) - 1), st.integers(0, 255), st.integers(1, len(BOOK)))
def test_any_damage_is_read_or_refused(at: int, byte: int, length: int) -> None:
    damaged = bytearray(BOOK)
    damaged[at] = byte
    for content in (bytes(damaged), BOOK[:length]):
        _read_or_refused(content)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=500), st.sampled_from([b"", b"PK\x03\x04", b"\xff\xfe", b"\xef\xbb\xbf"]))
def test_any_bytes_are_read_or_refused(content: bytes, beginning: bytes) -> None:
    _read_or_refused(beginning + content)


def _read_or_refused(content: bytes) -> None:
    try:
        tables = read_file("any", content, LIMITS)
    except UnreadableFile:
        return
    assert all(table.rows for table in tables)
