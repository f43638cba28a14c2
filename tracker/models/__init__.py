from tracker.models.agreed_step import AgreedStep
from tracker.models.attention import AttentionPutAside
from tracker.models.check_in import CheckIn, CheckInDraft, CheckInEntry, CheckInSave
from tracker.models.code_review import CodeReview
from tracker.models.material_tick import MaterialTick
from tracker.models.meeting_note import MeetingItem, MeetingNote
from tracker.models.progress import Progress
from tracker.models.snapshot import BoardSnapshot, GroupSnapshot, StudentSnapshot
from tracker.models.week_look import WeekLook

__all__ = [
    "AgreedStep",
    "AttentionPutAside",
    "BoardSnapshot",
    "CheckIn",
    "CheckInDraft",
    "CheckInEntry",
    "CheckInSave",
    "CodeReview",
    "GroupSnapshot",
    "MaterialTick",
    "MeetingItem",
    "MeetingNote",
    "Progress",
    "StudentSnapshot",
    "WeekLook",
]
