"""What is counted: how often a question that asks the same is offered, and what topics are made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from benchmarks.measuring.asked import Asked
from benchmarks.measuring.rankers import Ranker
from questions.similar.topics import gather


@dataclass(frozen=True)
class Figures:
    """How well one way of ranking does in one course.

    `recalls` is the share of the questions with a twin of which a twin is among the first 1, 5, 10; `mrr` the mean of
    one over the first twin's place, 0 where it is not offered. Of `rivalled` questions with a twin and a hard
    negative, `beaten` have a hard negative above the first twin.
    """

    name: str
    asked: int
    recalls: dict[int, float]
    mrr: float
    beaten: int
    rivalled: int


@dataclass(frozen=True)
class Gathered:
    """Topics of one course: pairs that stand in one of them, those of these that ask the same, and all that do."""

    name: str
    least: float
    topics: int
    pairs: int
    right: int
    twins: int

    @property
    def precision(self) -> float:
        """The share of pairs in topics that ask the same."""
        return self.right / self.pairs if self.pairs else 0.0

    @property
    def recall(self) -> float:
        """The share of the pairs that ask the same which stand in one topic."""
        return self.right / self.twins if self.twins else 0.0


def measure(
    ranker: Ranker,
    questions: Sequence[Asked],
    rivals: Mapping[int, frozenset[int]],
    *,
    at: Sequence[int] = (1, 5, 10),
) -> Figures:
    """Ask each question that has a twin in its course, of all the others of the course."""
    firsts: list[int | None] = []
    beaten = rivalled = 0
    twins = twins_of(questions)
    for place, its_twins in twins.items():
        order = ranker.order(place)
        first = next((number for number, other in enumerate(order) if other in its_twins), None)
        firsts.append(first)
        if its_rivals := rivals.get(questions[place].id):
            rivalled += 1
            beaten += any(questions[other].id in its_rivals for other in order[:first])
    asked = len(firsts)
    return Figures(
        name=ranker.name,
        asked=asked,
        recalls={n: _share(sum(first is not None and first < n for first in firsts), asked) for n in at},
        mrr=_share(sum(1 / (first + 1) for first in firsts if first is not None), asked),
        beaten=beaten,
        rivalled=rivalled,
    )


def measure_topics(ranker: Ranker, questions: Sequence[Asked], least: float) -> Gathered:
    """Gather the questions of a course into topics and count the pairs in them."""
    topics = gather(
        range(len(questions)),
        lambda one, topic: sum(ranker.alike(one, other) for other in topic) / len(topic),
        least,
    )
    pairs = [pair for topic in topics for pair in combinations(topic, 2)]
    twins = twins_of(questions)
    return Gathered(
        name=ranker.name,
        least=least,
        topics=len(topics),
        pairs=len(pairs),
        right=sum(other in twins.get(one, ()) for one, other in pairs),
        twins=sum(map(len, twins.values())) // 2,
    )


def found_first(found: Sequence[Sequence[int]], questions: Sequence[Asked]) -> float:
    """Return the share of the questions with a twin of which the first stage finds one."""
    twins = twins_of(questions)
    return _share(sum(not its.isdisjoint(found[place]) for place, its in twins.items()), len(twins))


def twins_of(questions: Sequence[Asked]) -> dict[int, set[int]]:
    """Return for each place whose question has twins the places of these."""
    groups: dict[str, set[int]] = {}
    for place, asked in enumerate(questions):
        if asked.group:
            groups.setdefault(asked.group, set()).add(place)
    return {
        place: groups[asked.group] - {place}
        for place, asked in enumerate(questions)
        if asked.group and len(groups[asked.group]) > 1
    }


def _share(part: float, whole: int) -> float:
    return part / whole if whole else 0.0
