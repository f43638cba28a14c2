from questions.models.answer import Answer
from questions.models.material_change import MaterialChange, MaterialNeed, NeedNote
from questions.models.picture import Picture
from questions.models.question import Ask, Question
from questions.models.topic import NotTheSame, Placement, Topic

__all__ = [
    "Answer",
    "Ask",
    "MaterialChange",
    "MaterialNeed",
    "NeedNote",
    "NotTheSame",
    "Picture",
    "Placement",
    "Question",
    "Topic",
]
