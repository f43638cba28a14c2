"""The tabs of our own workbook that keep what a tracking sheet cannot.

They are recognised by some of their headers, in any order, so people may rename, sort and extend the tabs. A row is
read into unsaved rows of the models; matching adds the people, groups and milestones it names, and actions save them.
A column is declared once: `column` says how it goes out and comes in.
"""

from sheets.understanding.records.asked import AnswerRecord, AskRecord
from sheets.understanding.records.students import PersonRecord, PlanRecord, ProgressRecord
from sheets.understanding.records.tabs import RecordTab, record_kind, understand_record_tab

__all__ = [
    "AnswerRecord",
    "AskRecord",
    "PersonRecord",
    "PlanRecord",
    "ProgressRecord",
    "RecordTab",
    "record_kind",
    "understand_record_tab",
]
