import pytest

from questions.models import MaterialNeed, Question
from tests.conftest import NOW, Cast
from tests.trends.asked_story import AskedStory, tell_asked
from trends.actions.needs import note_need


@pytest.fixture
def story(cast: Cast) -> AskedStory:
    return tell_asked(cast)


@pytest.fixture
def need(cast: Cast, question: Question) -> MaterialNeed:
    """A need of the question that the file asks."""
    return note_need(course=cast.course, thing=question, why="No drawing", by=cast.marta, at=NOW).need
