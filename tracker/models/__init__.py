from tracker.models.agreed_step import AgreedStep
from tracker.models.attention import AttentionPutAside
from tracker.models.check_in import CheckIn, CheckInDraft, CheckInEntry
from tracker.models.code_review import CodeReview
from tracker.models.material_change import MaterialChange, MaterialNeed, NeedNote
from tracker.models.material_tick import MaterialTick
from tracker.models.progress import Progress
from tracker.models.question import Answer, Ask, Question
from tracker.models.tally import AskTally, StudentTally, TopicTally, TopicTotal
from tracker.models.topic import NotTheSame, Placement, Topic

__all__ = [
    "AgreedStep",
    "Answer",
    "Ask",
    "AskTally",
    "AttentionPutAside",
    "CheckIn",
    "CheckInDraft",
    "CheckInEntry",
    "CodeReview",
    "MaterialChange",
    "MaterialNeed",
    "MaterialTick",
    "NeedNote",
    "NotTheSame",
    "Placement",
    "Progress",
    "Question",
    "StudentTally",
    "Topic",
    "TopicTally",
    "TopicTotal",
]
