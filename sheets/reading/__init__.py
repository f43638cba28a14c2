"""Reads files into tables of plain values, within limits. It does not know what the tables are about."""

from sheets.reading.files import read_file
from sheets.reading.limits import Limits
from sheets.reading.problems import UnreadableFile
from sheets.reading.tables import CellValue, Formula, SheetRow, Table, TabMeaning

__all__ = ["CellValue", "Formula", "Limits", "SheetRow", "TabMeaning", "Table", "UnreadableFile", "read_file"]
