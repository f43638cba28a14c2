"""Trefoil's order of a course's questions by likeness, with and without answers."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from math import log

from benchmarks.measuring.asked import Asked
from questions.similar.looking import halves, words_to_look_for
from questions.similar.profile import Profile, profile
from questions.similar.ranking import rank
from questions.similar.text import Text
from questions.similar.topics import Comparison
from questions.similar.words import folded_with_parts

# As many go on to be compared as in the application.
CANDIDATES = 100
# Answers that hold a word are found only if no more do, as in the application.
IN_TEXT = 300
# A prefix weighs in the search by how few of so many titles hold it, as in the application.
_ALL = 100_000

# The likeness of two questions of a course, by their places in it.
type Alike = Callable[[int, int], float]
# The places of the others, likeliest first, those that are not offered left out.
type Order = Callable[[int], list[int]]
# The same with their scores, as they are where those of at least this score are asked for.
type Scores = Callable[[int, float], list[tuple[int, float]]]


@dataclass(frozen=True)
class Ranker:
    """A way to compare the questions of one course: in what order they are offered, and how alike two of them are."""

    name: str
    order: Order
    alike: Alike
    scores: Scores


def first_stage(questions: Sequence[Asked], asking: Sequence[Asked] = ()) -> list[list[int]]:
    """Imitate the search of the database: for each title those with a word that begins as looked for, the heaviest 100.

    An imitation, since the real one needs a database; it knows the same beginnings of words, and weighs them the same
    way: in full in the title, and by half where only the answer holds them, unless too many answers do. What no title
    holds is looked for by its halves.

    Args:
        asking: what is asked, if it is not each of the questions themselves.
    """
    titles = [f" {folded_with_parts(asked.title)}" for asked in questions]
    texts = [
        f"{title} {folded_with_parts(asked.answer)}" for title, asked in zip(titles, questions, strict=True)
    ]

    @cache
    def holding(beginning: str) -> tuple[list[int], list[int]]:
        return tuple(  # type: ignore[return-value]
            [place for place, text in enumerate(of) if f" {beginning}" in text] for of in (titles, texts)
        )

    found = []
    for asked in asking or questions:
        weights: dict[int, float] = defaultdict(float)
        for beginning in words_to_look_for(Text(asked.id, asked.title, asked.detail)):
            in_title, in_text = holding(beginning)
            for other in in_title:
                weights[other] += log(_ALL / len(in_title))
            if len(in_text) <= IN_TEXT:
                for other in set(in_text).difference(in_title):
                    weights[other] += log(_ALL / len(in_text)) / 2
            for half in halves(beginning, asked.title) if not in_title else ():
                having = [other for other, title in enumerate(titles) if half in title]
                for other in having if len(having) <= IN_TEXT else ():
                    weights[other] += log(_ALL / len(having)) / 2
        others = [place for place in weights if questions[place].id != asked.id]
        found.append(sorted(others, key=lambda other: (-round(weights[other], 9), -other))[:CANDIDATES])
    return found


def _read(asked: Asked, milestone: int | None = None) -> Profile:
    said = folded_with_parts(f"{asked.title}\n{asked.answer}")
    return profile(Text(asked.id, asked.title, asked.detail, milestone=milestone, said=said))


def offered_among(answered: Sequence[Asked], asking: Sequence[Asked], least: float) -> list[list[int]]:
    """Return, for each that asks, the places of the answered questions that Trefoil offers, both stages."""
    read = [_read(asked) for asked in answered]
    places = {asked.id: place for place, asked in enumerate(answered)}
    return [
        [places[one.id] for one in rank(_read(asked), [read[place] for place in found], least=least)]
        for asked, found in zip(asking, first_stage(answered, asking), strict=True)
    ]


def _ours(name: str, questions: Sequence[Asked]) -> Ranker:
    modules = {module: number for number, module in enumerate(sorted({asked.module for asked in questions}))}
    read = [_read(asked, milestone=modules[asked.module]) for asked in questions]
    places = {asked.id: place for place, asked in enumerate(questions)}
    found = first_stage(questions)
    comparison = Comparison(read)
    prepared = [comparison.prepare(each) for each in read]

    @cache
    def scores(place: int, least: float) -> list[tuple[int, float]]:
        offered = rank(read[place], [read[other] for other in found[place]], limit=CANDIDATES, least=least)
        return [(places[one.id], one.score) for one in offered]

    def order(place: int) -> list[int]:
        return [other for other, _ in scores(place, 0)]

    def alike(one: int, other: int) -> float:
        return comparison.likeness(prepared[one], prepared[other])

    return Ranker(name, order, cache(alike), scores)


def ours_without_answers(questions: Sequence[Asked]) -> Ranker:
    """Trefoil's, both stages, as if nothing were answered yet."""
    return _ours("Trefoil, no answers", [replace(asked, answer="") for asked in questions])


def ours_half_answered(questions: Sequence[Asked]) -> Ranker:
    """Trefoil's, both stages, while every second question waits."""
    waiting = [replace(asked, answer="") if n % 2 else asked for n, asked in enumerate(questions)]
    return _ours("Trefoil, half answered", waiting)


def ours(questions: Sequence[Asked]) -> Ranker:
    """Trefoil's, both stages, the module as the milestone."""
    return _ours("Trefoil, with answers", questions)


OURS = (ours_without_answers, ours_half_answered, ours)
