"""Questions that may ask the same as one: some from the index of the database, put in order by Python.

The database is asked for lists of ids only, by words and pieces that it and the other one know alike: all of them where
a word is rare, the newest where several common words stand together. What a word weighs, which questions go on, and
their order are worked out here, so that both databases answer the same.
"""

# Only our own names are put into statements, values never.
# ruff: noqa: S608

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from heapq import nsmallest
from itertools import combinations
from math import log
from typing import Any

from django.db import connections
from django.db.models import F, Func, TextField
from django.db.models.expressions import RawSQL

from lib.text import folded
from questions.models import Question
from questions.models.question import QuestionQuerySet
from questions.search_index import TITLE_ON_SQLITE
from questions.similar import OFFER, Text, profile, rank, words_to_look_for

# A word in more titles than this is common: it is looked for together with others only.
_RARE = 1_000
# Titles taken where common words stand together; a piece of a word in more titles than this tells nothing.
_TOGETHER = 600
_PIECE = 300
_MOST_WORDS = 10
_MOST_COMMON = 3
# Titles that are read, and those of them that are compared.
_READ = 2_000
_COMPARED = 200
# What a word weighs follows from how few of so many titles hold it.
_ALL = 100_000
# A word that no title holds may be spelt otherwise there: one of its halves is likely the same.
_SHORTEST_HALF = 3
_SHORTEST_BEGINNING = 4

_DETAIL = 1_000
_COMPARED_BY = ("title", "detail", "milestone", "material")
# While somebody types, the same questions are compared again and again.
_read = lru_cache(maxsize=2_000)(profile)
# The id of a text that is no question yet.
NOT_ASKED = 0

type Lists = dict[str, list[int]]
# Less its weight, less its id, and its original.
type _Shared = tuple[float, int, int]


@dataclass(frozen=True, slots=True)
class Alike:
    """A question that may ask the same, or whose duplicate may: `id` is the one that is alike."""

    id: int
    original: int
    score: float


def alike(
    questions: QuestionQuerySet,
    asked: Text,
    *,
    leave_out: Collection[int] = (),
    limit: int = 5,
    least: float = OFFER,
) -> list[Alike]:
    """Return which of the questions may ask the same, likeliest first, in three to five queries.

    Of questions that are merged, the one that is most alike speaks for their original.

    Args:
        leave_out: questions not to offer, neither themselves nor as the original of a duplicate.
    """
    words = words_to_look_for(asked)[:_MOST_WORDS]
    if not words:
        return []
    found = _found(questions.db, words, asked)
    shared = _shared(questions.filter(pk__in=found.pool), found, leave_out)
    if found.crowded and len(shared) < min(_COMPARED, len(found.pool) / 2):
        # Most were of other courses, or not to be seen: asked again among these questions only.
        holding = _INDEXES[connections[questions.db].vendor].among(questions, found.crowded)
        newest = holding.exclude(pk__in=found.pool).order_by((F("pk") + 0).desc())[:_TOGETHER]
        shared += _shared(newest, found, leave_out)
    originals = {-pk: original for _, pk, original in nsmallest(_COMPARED, shared)}
    texts = Question.objects.using(questions.db).filter(pk__in=originals).only(*_COMPARED_BY)
    best: dict[int, Alike] = {}
    for one in rank(_read(asked), [_read(text_of(row)) for row in texts], limit=_COMPARED, least=least):
        best.setdefault(originals[one.id], Alike(one.id, originals[one.id], one.score))
    return list(best.values())[:limit]


def _shared(questions: QuestionQuerySet, found: "_Found", leave_out: Collection[int]) -> list[_Shared]:
    """How much each of the questions shares of what was asked for: most first when sorted, then the newest."""
    out = set(leave_out)
    rows = questions.values_list("pk", "duplicate_of", FoldedTitle(F("search_text")))
    return [
        (-_weight(title, found.weights), -pk, original or pk)
        for pk, original, title in rows
        if pk not in out and original not in out
    ]


def text_of(question: Question) -> Text:
    """A question as it is compared with others, asked already or not."""
    return Text(
        id=question.pk or NOT_ASKED,
        title=question.title,
        # No more of it is read, and as much is kept in memory.
        detail=question.detail[:_DETAIL],
        milestone=question.milestone_id,
        material=question.material_id,
    )


def _is_beginning(word: str) -> bool:
    """Whether longer words count that begin so: short ones begin too many ("key", "keyboard")."""
    return len(word) >= _SHORTEST_BEGINNING or not word.isascii()


def _places(word: str) -> tuple[str, ...]:
    """How a word stands in the folded words of a title, which begin and end with a space."""
    return (f" {word}",) if _is_beginning(word) else (f" {word} ", f" {word}s ")


def _weight(words: str, weights: Sequence[tuple[str, float]]) -> float:
    """How much a title shares of what was asked for."""
    line = f" {words} "
    weight = 0.0
    for place, counts in weights:
        if place in line:
            weight += counts
    return weight


@dataclass(frozen=True, slots=True)
class _Found:
    """What each word and piece weighs, the titles to read, and the common words of which only the newest are there."""

    weights: list[tuple[str, float]]
    pool: list[int]
    crowded: list[str]


def _found(using: str, words: Sequence[str], asked: Text) -> _Found:
    index = _INDEXES[connections[using].vendor]
    lists = _lists(using, words, [index.word(word, _RARE + 1) for word in words])
    rare = {word: ids for word, ids in lists.items() if len(ids) <= _RARE}
    common = [word for word in words if word not in rare][:_MOST_COMMON]
    unknown = [word for word in words if not lists[word]]
    pieces = list(dict.fromkeys(piece for word in unknown for piece in _halves(word, asked)))
    weights = [
        (place, log(_ALL / min(max(1, len(lists[word])), _RARE))) for word in words for place in _places(word)
    ]
    crowded: list[str] = []
    pool = dict.fromkeys(pk for word in sorted(rare, key=lambda word: len(rare[word])) for pk in rare[word])
    if len(common) > 1 or (common and not pool) or pieces:
        more = _lists(
            using,
            ["", *pieces],
            [
                index.together(common, _TOGETHER, is_alone=not pool),
                *(index.piece(piece, _PIECE + 1) for piece in pieces),
            ],
        )
        crowded = common if len(more[""]) >= _TOGETHER else []
        held = {piece: more[piece] for piece in pieces if 0 < len(more[piece]) <= _PIECE}
        weights += [(piece, log(_ALL / len(ids)) / 2) for piece, ids in held.items()]
        first = [*more[""], *(pk for ids in held.values() for pk in ids)]
        pool = dict.fromkeys([*first, *pool])
    return _Found(weights, list(pool)[:_READ], crowded)


def _halves(beginning: str, asked: Text) -> Iterator[str]:
    for word in folded(asked.title).split():
        half = len(word) // 2
        if word.startswith(beginning) and half >= _SHORTEST_HALF:
            yield from (word[:half], word[half:])


def _lists(using: str, names: Sequence[str], selects: Sequence[tuple[str, list[Any]]]) -> Lists:
    """Ask for several lists of ids in one query; return each newest first."""
    sql = " UNION ALL ".join(
        f"SELECT {n}, id FROM ({select}) of_{n}" for n, (select, _) in enumerate(selects)
    )
    lists: list[list[int]] = [[] for _ in names]
    with connections[using].cursor() as cursor:
        cursor.execute(sql, [value for _, values in selects for value in values])
        for place, pk in cursor.fetchall():
            lists[place].append(pk)
    return {name: sorted(ids, reverse=True) for name, ids in zip(names, lists, strict=True)}


class _Index(ABC):
    """How a database is asked for ids: each method returns a SELECT of `id` with its parameters."""

    def word(self, word: str, limit: int) -> tuple[str, list[Any]]:
        """Titles with a word that begins so, in no order."""
        return f"{self._holding} LIMIT %s", [self._all([word]), limit]

    def together(self, words: Sequence[str], limit: int, *, is_alone: bool) -> tuple[str, list[Any]]:
        """The newest titles with most of the words: with all of them first, with a single one only if `is_alone`."""
        sizes = range(len(words), 0 if is_alone else 1, -1)
        sets = [chosen for size in sizes for chosen in combinations(words, size)]
        if not sets:
            return f"{self._holding} LIMIT 0", [self._all(["x"])]
        select = f"SELECT id FROM ({self._holding} ORDER BY {self._newest} LIMIT %s) holding"
        values = [value for chosen in sets for value in (self._all(chosen), limit)]
        # The next set is not looked for once there are enough.
        return f"{' UNION ALL '.join([select] * len(sets))} LIMIT %s", [*values, 2 * limit]

    def among(self, questions: QuestionQuerySet, words: Sequence[str]) -> QuestionQuerySet:
        """Those of the questions with two of the words in their title; with the word, if it is only one."""
        pairs = combinations(words, min(len(words), 2))
        holding = RawSQL(self._holding, [self._or.join(f"({self._all(pair)})" for pair in pairs)])  # noqa: S611
        return questions.filter(pk__in=holding)

    @abstractmethod
    def piece(self, piece: str, limit: int) -> tuple[str, list[Any]]:
        """Titles that hold the piece anywhere in a word, in no order."""

    # Titles that hold what `_all` says, and the newest of these.
    _holding: str
    _newest: str
    _or: str

    @abstractmethod
    def _all(self, words: Sequence[str]) -> str:
        """All of the words."""


class _Sqlite(_Index):
    _holding = (
        "SELECT rowid AS id FROM questions_question_title_words WHERE questions_question_title_words MATCH %s"
    )
    _newest = "rowid DESC"
    _or = " OR "

    def _all(self, words: Sequence[str]) -> str:
        return " AND ".join(
            f'"{word}"*' if _is_beginning(word) else f'("{word}" OR "{word}s")' for word in words
        )

    def piece(self, piece: str, limit: int) -> tuple[str, list[Any]]:
        table = "questions_question_pieces"
        return f"SELECT rowid AS id FROM {table} WHERE {table} MATCH %s LIMIT %s", [f'"{piece}"', limit]


class _Postgresql(_Index):
    _holding = "SELECT id FROM questions_question WHERE search_title_words @@ %s::tsquery"
    # Not by the primary key: walking it backwards is slow where few hold the words.
    _newest = "id + 0 DESC"
    _or = " | "

    def _all(self, words: Sequence[str]) -> str:
        return " & ".join(
            f"'{word}':*" if _is_beginning(word) else f"('{word}' | '{word}s')" for word in words
        )

    def piece(self, piece: str, limit: int) -> tuple[str, list[Any]]:
        return "SELECT id FROM questions_question WHERE search_title LIKE %s LIMIT %s", [f"%{piece}%", limit]


_INDEXES: dict[str, _Index] = {"sqlite": _Sqlite(), "postgresql": _Postgresql()}


class FoldedTitle(Func):
    """The folded words of the title."""

    output_field = TextField()

    def as_sqlite(self, compiler, connection, **context):  # type: ignore[no-untyped-def]
        column, parameters = compiler.compile(self.source_expressions[0])
        title = TITLE_ON_SQLITE.format(column=column)
        return title, tuple(parameters) * title.count(column)

    def as_postgresql(self, compiler, connection, **context):  # type: ignore[no-untyped-def]
        column, parameters = compiler.compile(self.source_expressions[0])
        return column.replace("search_text", "search_title"), tuple(parameters)
