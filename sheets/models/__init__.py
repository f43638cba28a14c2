from sheets.models.given_file import GivenFile
from sheets.models.line import Line
from sheets.models.sheet_import import SheetImport
from sheets.models.written import Written

__all__ = ["GivenFile", "Line", "SheetImport", "Written"]
