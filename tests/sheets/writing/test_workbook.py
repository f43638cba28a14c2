import zipfile
from datetime import date
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from lib.cells import plain
from sheets.reading import Limits, read_file
from sheets.writing.workbook import PercentFormula, WorkbookTab, workbook


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "#N/A", "#REF!", "TRUE", "1"])
def test_text_is_text_to_a_spreadsheet(text: str) -> None:
    file = workbook([WorkbookTab("A", [["Text"], [text]])])
    cell = load_workbook(BytesIO(file))["A"]["A2"]
    assert (cell.value, cell.data_type) == (text, "s")
    assert cell.quotePrefix == (text[0] in "=+-@")
    assert b"<f>" not in zipfile.ZipFile(BytesIO(file)).read("xl/worksheets/sheet1.xml")


@given(st.lists(st.text(), min_size=1, max_size=5))
@settings(max_examples=60, deadline=None)
def test_any_text_is_read_back(texts: list[str]) -> None:
    [table] = read_file(
        "x.xlsx", workbook([WorkbookTab("A", [["Texts"], ["begin", *texts, "end"]])]), Limits()
    )
    assert [table.rows[1].cell(n) or "" for n in range(1, len(texts) + 1)] == [plain(text) for text in texts]


def test_values_keep_their_kind() -> None:
    rows = [["Head"], [True, False, 3, 2.5, date(2026, 9, 17), None, "x", "\x00\x0b"]]
    sheet = load_workbook(BytesIO(workbook([WorkbookTab("A", rows)])))["A"]
    assert [cell.value for cell in sheet[2]][:4] == [True, False, 3, 2.5]
    assert sheet["E2"].value.date() == date(2026, 9, 17)
    assert [sheet["F2"].value, sheet["G2"].value, sheet["H2"].value] == [None, "x", None]
    assert sheet["A1"].font.bold
    assert sheet.freeze_panes == "A2"


def test_only_a_share_is_a_formula() -> None:
    sheet = load_workbook(BytesIO(workbook([WorkbookTab("A", [["Head"], [PercentFormula("=1/2")]])])))["A"]
    assert (sheet["A2"].value, sheet["A2"].data_type, sheet["A2"].number_format) == ("=1/2", "f", "0%")
