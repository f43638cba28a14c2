from tracker.models.agreed_step import AgreedStep
from tracker.models.attention import AttentionPutAside
from tracker.models.check_in import CheckIn, CheckInDraft, CheckInEntry
from tracker.models.code_review import CodeReview
from tracker.models.material_tick import MaterialTick
from tracker.models.progress import Progress
from tracker.models.snapshot import CohortSnapshot, GroupSnapshot, StudentSnapshot

__all__ = [
    "AgreedStep",
    "AttentionPutAside",
    "CheckIn",
    "CheckInDraft",
    "CheckInEntry",
    "CodeReview",
    "CohortSnapshot",
    "GroupSnapshot",
    "MaterialTick",
    "Progress",
    "StudentSnapshot",
]
