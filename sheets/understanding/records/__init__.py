"""The tabs of our own workbook that keep what a tracking sheet cannot.

They are recognised by some of their headers, in any order, so people may rename, sort and extend the tabs. The headers
are defined here; `sheets.dashboards.export_rows` writes them.
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
