"""Topics: questions that ask the same, gathered one by one, so that a topic stays what it is when a question joins."""

from collections.abc import Callable, Iterable, Sequence

from questions.similar.profile import Profile, profile
from questions.similar.ranking import ANYWHERE, Weights, likeness
from questions.similar.text import Text

# From here on a question joins a topic. High on purpose: a topic that mixes things is of no use to anybody.
SAME = 0.75


def same_topic(one: Profile, topic: Sequence[Profile], among: Weights = ANYWHERE) -> float:
    """Return how well a question fits a topic, from 0 to 1: how like its members it is on average.

    On average, so that no chain of questions, each a little like the one before, becomes a topic.

    Args:
        among: what words weigh among the questions of the course; some thousand of them say enough.
    """
    return sum(likeness(one, member, among) for member in topic) / len(topic) if topic else 0.0


def clusters(texts: Iterable[Text]) -> list[frozenset[int]]:
    """Gather the questions that ask the same, in the order of their ids; nobody stands alone in a topic."""
    read = [profile(text) for text in sorted(texts, key=lambda text: text.id)]
    among = Weights(read)
    topics = gather(read, lambda one, topic: same_topic(one, topic, among), SAME)
    return [frozenset(one.text.id for one in topic) for topic in topics]


def gather[One](
    questions: Iterable[One], fit: Callable[[One, Sequence[One]], float], least: float
) -> list[list[One]]:
    """Let each question join the topic that it fits best, or stand alone until another joins it; return the joined."""
    topics: list[list[One]] = []
    for question in questions:
        best, place = max(
            ((fit(question, topic), -place) for place, topic in enumerate(topics)), default=(0.0, 0)
        )
        if best >= least:
            topics[-place].append(question)
        else:
            topics.append([question])
    return [topic for topic in topics if len(topic) > 1]
