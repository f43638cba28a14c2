"""Questions that the tests of topics ask, and what became of them."""

from typing import Any

from courses.models import Course
from groups.models import Membership
from questions.models import Question, Topic
from tests.conftest import NOW, Cast
from tests.factories.questions import QuestionFactory
from trends.actions.topics import refresh_topics

DOCKER = [
    "How do I install Docker on Windows?",
    "How can I install Docker on Windows",
    "Install Docker on Windows",
]
TOKENS = ["Why are tokens not words?", "Tokens are not words, why?"]
ALONE = ["When is the live session recorded?", "Where do I find the vector database exercise?"]


def asked(membership: Membership, *titles: str, **given: Any) -> list[Question]:
    """Ask one after the other."""
    return [QuestionFactory.create(membership=membership, title=title, **given) for title in titles]


def refreshed(cast: Cast, **given: Any) -> list[list[str]]:
    refresh_topics(course=cast.course, at=NOW, **given)
    return gathered(cast.course)


def gathered(course: Course) -> list[list[str]]:
    """The titles in each topic, in the order in which the topics were found."""
    return [titles(topic) for topic in Topic.objects.filter(course=course).order_by("pk")]


def titles(topic: Topic) -> list[str]:
    return list(topic.placements.order_by("question").values_list("question__title", flat=True))
