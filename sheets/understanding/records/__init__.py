"""Tabs in which our own workbook keeps what the sheet cannot hold: their columns, and how they are read back.

They are known by some of their headers, wherever these stand, so that a tab may be renamed, sorted and filled in by
hand. The headers are written by `sheets.dashboards.export_rows`, from here.
"""

from sheets.understanding.records.record_types import (
    AnswerRecord,
    AskRecord,
    CheckInRecord,
    PersonRecord,
    PlanRecord,
    ProgressRecord,
    ReviewRecord,
    StepRecord,
)
from sheets.understanding.records.tabs import RecordTab, record_kind, understand_record_tab

__all__ = [
    "AnswerRecord",
    "AskRecord",
    "CheckInRecord",
    "PersonRecord",
    "PlanRecord",
    "ProgressRecord",
    "RecordTab",
    "ReviewRecord",
    "StepRecord",
    "record_kind",
    "understand_record_tab",
]
