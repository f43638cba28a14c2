"""Figures: the share of questions whose twin is offered, and the make-up of topics."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from random import Random
from statistics import quantiles

from benchmarks.measuring.asked import Asked
from benchmarks.measuring.rankers import Ranker
from questions.similar.topics import MAYBE

# How often groups are drawn anew for an interval.
_DRAWN = 1_000
# The answers that people give about the questions of a milestone.
ANSWERS = 10

# A share, and between what it lies at 95 %, were other questions asked.
type Share = tuple[float, float, float]


@dataclass(frozen=True)
class FirstTwin:
    """The rank of a question's first twin, None where it is not found.

    `group` is the one of its twins; `is_beaten`: a hard negative stands above it; None without any.
    """

    group: str
    place: int | None
    is_beaten: bool | None


@dataclass(frozen=True)
class Figures:
    """The figures of one way of ranking.

    `recalls` is the share of the questions with a twin of which a twin is among the first 1, 3, 5; `mrr` the mean of
    one over the first twin's place, 0 where it is not found. Of `rivalled` questions with a twin and a hard negative,
    `beaten` have a hard negative above the first twin.
    """

    name: str
    asked: int
    recalls: dict[int, Share]
    mrr: float
    beaten: int
    rivalled: int


@dataclass(frozen=True)
class Offered:
    """The offers for a question that is not answered yet, above a likeness, at most so many.

    `reached`: the share of the questions with a twin that are offered one; `right`: of what these are offered, the
    share that asks the same; `lists_right`: of all lists that are not empty, the share with one that asks the same.
    `lists` is the share of all lists that are not empty; `each` and `each_new` are how many are offered for a question,
    and for one without a twin.
    """

    name: str
    least: float
    most: int
    reached: Share
    right: Share
    lists: Share
    lists_right: Share
    each: Share
    each_new: Share


@dataclass(frozen=True)
class Gathered:
    """Topics of one course: pairs that stand in one of them, those of these that ask the same, and all that do.

    A group of questions that ask the same stands if two of them are in one topic: `stands`, and `stands_asked` after
    people answered at most `ANSWERS` times a module whether a question asks the same as its likest one. `answers` is
    how many they gave, and `answers_yes` the share of these that were yes.
    """

    name: str
    least: float
    topics: int
    pairs: int
    right: int
    twins: int
    precision: Share
    recall: Share
    stands: Share
    stands_asked: Share
    answers: int
    answers_yes: Share


def share(parts: Iterable[tuple[str, float, float]]) -> Share:
    """Return the sum of the second values by that of the third, and its interval: the groups are drawn anew."""
    groups: dict[str, list[float]] = {}
    for group, part, whole in parts:
        of_group = groups.setdefault(group, [0.0, 0.0])
        of_group[0] += part
        of_group[1] += whole
    sums = list(groups.values())
    if not sum(whole for _, whole in sums):
        return (0.0, 0.0, 0.0)
    chance = Random(1)  # noqa: S311
    drawn = []
    for _ in range(_DRAWN):
        some = chance.choices(sums, k=len(sums))
        whole = sum(each[1] for each in some)
        drawn.append(sum(each[0] for each in some) / whole if whole else 0.0)
    cuts = quantiles(drawn, n=40)
    return (sum(part for part, _ in sums) / sum(whole for _, whole in sums), cuts[0], cuts[-1])


def look(ranker: Ranker, questions: Sequence[Asked], rivals: Mapping[int, frozenset[int]]) -> list[FirstTwin]:
    """Ask each question that has a twin in its course, of all the others of the course."""
    found = []
    for place, its_twins in twins_of(questions).items():
        order = ranker.order(place)
        first = next((number for number, other in enumerate(order) if other in its_twins), None)
        its_rivals = rivals.get(questions[place].id)
        is_beaten = its_rivals and any(questions[other].id in its_rivals for other in order[:first])
        found.append(
            FirstTwin(_key(questions[place]), first, None if its_rivals is None else bool(is_beaten))
        )
    return found


def measure(name: str, found: Sequence[FirstTwin], *, at: Sequence[int] = (1, 3, 5)) -> Figures:
    return Figures(
        name=name,
        asked=len(found),
        recalls={
            n: share((one.group, one.place is not None and one.place < n, 1) for one in found) for n in at
        },
        mrr=sum(1 / (one.place + 1) for one in found if one.place is not None) / (len(found) or 1),
        beaten=sum(one.is_beaten is True for one in found),
        rivalled=sum(one.is_beaten is not None for one in found),
    )


def measure_offers(
    name: str, least: float, courses: Iterable[tuple[Ranker, Sequence[Asked]]], *, most: int = 3
) -> Offered:
    rows = []
    for ranker, questions in courses:
        twins = twins_of(questions)
        for place, asked in enumerate(questions):
            offered = [other for other, _ in ranker.scores(place, least)[:most]]
            its_twins = twins.get(place, set())
            right = sum(other in its_twins for other in offered)
            group = _key(asked) if its_twins else f"{asked.course} {asked.id}"
            rows.append((group, bool(its_twins), len(offered), right))
    known = [row for row in rows if row[1]]
    new = [row for row in rows if not row[1]]
    return Offered(
        name=name,
        least=least,
        most=most,
        reached=share((group, right > 0, 1) for group, _, _, right in known),
        right=share((group, right, offered) for group, _, offered, right in known),
        lists=share((group, offered > 0, 1) for group, _, offered, _ in rows),
        lists_right=share((group, right > 0, offered > 0) for group, _, offered, right in rows),
        each=share((group, offered, 1) for group, _, offered, _ in rows),
        each_new=share((group, offered, 1) for group, _, offered, _ in new),
    )


def _key(asked: Asked) -> str:
    return f"{asked.course} {asked.group}"


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


def measure_topics(
    name: str, least: float, courses: Iterable[tuple[Ranker, Sequence[Asked]]], *, by: str = "group"
) -> Gathered:
    """Gather the questions of each course into topics and count the pairs in them.

    Args:
        by: the column that says which pairs are right.
    """
    found = []
    pairs, every, stands, stands_asked, answers = [], [], [], [], []
    for ranker, questions in courses:
        topics = gather(range(len(questions)), partial(_fit, ranker), least)
        found += topics
        twins = twins_of(questions, by)
        together = set()
        for topic in topics:
            name_of = f"{questions[0].course} {topic[0]}"
            for one, other in combinations(topic, 2):
                together.add((one, other))
                pairs.append((name_of, other in twins.get(one, ()), 1))
        for one, others in twins.items():
            for other in others:
                if one < other:
                    name_of = f"{questions[one].course} {getattr(questions[one], by)}"
                    every.append((name_of, (one, other) in together, 1))
        asked = [list(topic) for topic in topics]
        answers += [
            (f"{questions[one].course} {one}", is_yes, 1)
            for one, is_yes in _answer(ranker, questions, asked, twins)
        ]
        for group in {frozenset({one, *others}) for one, others in twins.items()}:
            name_of = f"{questions[0].course} {min(group)}"
            stands.append((name_of, _stands(group, topics), 1))
            stands_asked.append((name_of, _stands(group, asked), 1))
    return Gathered(
        name=name,
        least=least,
        topics=len(found),
        pairs=len(pairs),
        right=sum(is_right for _, is_right, _ in pairs),
        twins=len(every),
        precision=share(pairs),
        recall=share(every),
        stands=share(stands),
        stands_asked=share(stands_asked),
        answers=len(answers),
        answers_yes=share(answers),
    )


def _answer(
    ranker: Ranker, questions: Sequence[Asked], topics: list[list[int]], twins: Mapping[int, set[int]]
) -> Iterator[tuple[int, bool]]:
    """Let people answer, likest first, whether each question in no topic asks the same as its likest earlier one.

    A yes adds the question to the topic of the other, or both to a new one. Yields each question with its answer.
    """
    topic_of = {one: topic for topic in topics for one in topic}
    likest = [
        max((ranker.alike(one, other), -other) for other in range(one))
        for one in range(1, len(questions))
        if one not in topic_of
    ]
    alone = [one for one in range(1, len(questions)) if one not in topic_of]
    given = Counter[str]()
    for (likeness, minus_other), one in sorted(
        zip(likest, alone, strict=True), key=lambda row: (-row[0][0], row[1])
    ):
        other, module = -minus_other, questions[one].module
        if likeness < MAYBE or given[module] == ANSWERS or one in topic_of:
            continue
        given[module] += 1
        topic = topic_of.get(other, [other])
        is_yes = not twins.get(one, set()).isdisjoint(topic)
        if is_yes:
            if other not in topic_of:
                topics.append(topic)
                topic_of[other] = topic
            topic.append(one)
            topic_of[one] = topic
        yield one, is_yes


def _stands(group: frozenset[int], topics: Sequence[Sequence[int]]) -> bool:
    return any(len(group.intersection(topic)) > 1 for topic in topics)


def _fit(ranker: Ranker, one: int, topic: Sequence[int]) -> float:
    return sum(ranker.alike(one, other) for other in topic) / len(topic)


def found_first(found: Sequence[Sequence[Sequence[int]]], courses: Sequence[Sequence[Asked]]) -> float:
    """Return the share of the questions with a twin of which the first stage finds one."""
    is_found = [
        not its.isdisjoint(of_course[place])
        for of_course, questions in zip(found, courses, strict=True)
        for place, its in twins_of(questions).items()
    ]
    return sum(is_found) / (len(is_found) or 1)


def twins_of(questions: Sequence[Asked], by: str = "group") -> dict[int, set[int]]:
    """Return for each place whose question has twins the places of these."""
    groups: dict[str, set[int]] = {}
    names = [getattr(asked, by) for asked in questions]
    for place, name in enumerate(names):
        if name:
            groups.setdefault(name, set()).add(place)
    return {
        place: groups[name] - {place} for place, name in enumerate(names) if name and len(groups[name]) > 1
    }
