from sheets.models.import_file import ImportFile
from sheets.models.import_job import ImportJob
from sheets.models.import_line import ImportLine
from sheets.models.sheet_address import SheetAddress
from sheets.models.sheet_import import SheetImport
from sheets.models.workbook_archive import WorkbookArchive
from sheets.models.written_batch import WrittenBatch

__all__ = [
    "ImportFile",
    "ImportJob",
    "ImportLine",
    "SheetAddress",
    "SheetImport",
    "WorkbookArchive",
    "WrittenBatch",
]
