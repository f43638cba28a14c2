"""Topics: questions that ask the same, gathered one by one, so that a topic stays stable as questions join."""

from collections.abc import Callable, Iterable, Sequence

from questions.similar.profile import Profile, profile
from questions.similar.ranking import ANYWHERE, Weights, likeness
from questions.similar.text import Text

# The least fit of a question that joins a topic. High on purpose: a mixed topic is useless.
SAME = 0.75


def same_topic(one: Profile, topic: Sequence[Profile], among: Weights = ANYWHERE) -> float:
    """Return the average likeness of a question to the members of a topic, from 0 to 1.

    The average prevents chains of questions that are each a little like the one before.

    Args:
        among: word weights in the course; some thousand questions are enough to learn them.
    """
    return sum(likeness(one, member, among) for member in topic) / len(topic) if topic else 0.0


def clusters(texts: Iterable[Text]) -> list[frozenset[int]]:
    read = [profile(text) for text in sorted(texts, key=lambda text: text.id)]
    among = Weights(read)
    topics = gather(read, lambda question, topic: same_topic(question, topic, among), SAME)
    return [frozenset(question.text.id for question in topic) for topic in topics]


def gather[One](
    questions: Iterable[One], fit: Callable[[One, Sequence[One]], float], least: float
) -> list[list[One]]:
    """Let each question join the topic it fits best, or start a new one; return topics of at least two."""
    topics: list[list[One]] = []
    for question in questions:
        # Of equal fits the oldest topic wins.
        best, negative_index = max(
            ((fit(question, topic), -index) for index, topic in enumerate(topics)), default=(0.0, 0)
        )
        if best >= least:
            topics[-negative_index].append(question)
        else:
            topics.append([question])
    return [topic for topic in topics if len(topic) > 1]
