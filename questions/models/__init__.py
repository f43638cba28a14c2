from questions.models.material_change import MaterialChange, MaterialNeed, NeedNote
from questions.models.question import Answer, Ask, Question
from questions.models.topic import NotTheSame, Placement, Topic

__all__ = [
    "Answer",
    "Ask",
    "MaterialChange",
    "MaterialNeed",
    "NeedNote",
    "NotTheSame",
    "Placement",
    "Question",
    "Topic",
]
