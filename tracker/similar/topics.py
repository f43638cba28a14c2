"""Topics: questions that ask the same, gathered one by one."""

from collections.abc import Iterable, Sequence

from tracker.similar.profile import Profile, profile
from tracker.similar.ranking import likeness
from tracker.similar.text import Text

# From here on two questions count as asking the same.
SAME = 0.5


def same_topic(one: Profile, topic: Sequence[Profile]) -> float:
    """Return how well a question fits a topic, from 0 to 1: its likeness to the members on average."""
    return sum(likeness(one, member) for member in topic) / len(topic) if topic else 0.0


def clusters(texts: Iterable[Text]) -> list[frozenset[int]]:
    """Gather the questions that ask the same, in the order of their ids; nobody stands alone in a topic."""
    gathered: list[list[Profile]] = []
    for text in sorted(texts, key=lambda text: text.id):
        read = profile(text)
        fit, place = max(
            ((same_topic(read, topic), -number) for number, topic in enumerate(gathered)), default=(0.0, 0)
        )
        if fit >= SAME:
            gathered[-place].append(read)
        else:
            gathered.append([read])
    return [frozenset(one.text.id for one in topic) for topic in gathered if len(topic) > 1]
