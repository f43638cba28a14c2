"""Similar questions: candidates from the index of the database, ranked in Python.

The database only returns lists of ids: all titles with a rare word, the newest titles with several common words, and
details and answers with a word that few hold. The rarity of a word, and so whether it is looked for in texts, is judged
by the questions of all courses. The choice of candidates and their order are computed here, from the questions that the
reader may see, so that both databases give the same answer.
"""

# Only our own names are put into statements, values never.
# ruff: noqa: S608

import json
from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from heapq import nsmallest
from itertools import combinations
from typing import Any

from django.db import connections
from django.db.models import F, Func, TextField
from django.db.models.expressions import RawSQL
from django.db.models.functions import Substr

from questions.models import Question
from questions.models.question import QuestionQuerySet
from questions.search_index import TITLE_ON_SQLITE, VECTOR
from questions.similar import LONGEST_SAID, OFFER, Text, halves, profile, rank, rarity, words_to_look_for

# A word in more titles than this is common, and only searched together with others.
_RARE = 1_000
# Titles taken that hold several common words; a piece of a word in more titles than `_PIECE` is ignored.
_TOGETHER = 600
_PIECE = 300
# A word in more details and answers than this says too little about any of them.
_IN_TEXT = 300
_MOST_WORDS = 10
_MOST_COMMON = 2
# Titles that are read, and questions that are compared.
_READ = 2_000
_COMPARED = 100
# The number of titles assumed for the weight of a word.
_ALL = 100_000
_SHORTEST_BEGINNING = 4

LONGEST_DETAIL = 1_000
_COMPARED_BY = ("pk", "title", "detail", "milestone", "material", Substr("search_text", 1, LONGEST_SAID))
# While somebody types, the same questions are compared repeatedly.
_cached_profile = lru_cache(maxsize=2_000)(profile)
# The id of a text that is not a question yet.
NOT_ASKED = 0

type Lists = dict[str, list[int]]
# The negative weight, the negative id, and the id of the original.
type _Shared = tuple[float, int, int]


@dataclass(frozen=True, slots=True)
class Alike:
    """A similar question; `id` is the one that is similar, maybe a duplicate of `original`."""

    id: int
    original: int
    score: float


def alike(
    questions: QuestionQuerySet,
    asked: Text,
    *,
    leave_out: Collection[int] = (),
    limit: int = 3,
    least: float = OFFER,
) -> list[Alike]:
    """Return similar questions, most similar first.

    Merged questions count once, with their highest score.

    Args:
        leave_out: ids to leave out, also as the original of a duplicate.
    """
    words = words_to_look_for(asked)[:_MOST_WORDS]
    if not words:
        return []
    shared = _searched(questions, words, asked, leave_out)
    originals = {-pk: original for _, pk, original in nsmallest(_COMPARED, shared)}
    texts = Question.objects.using(questions.db).filter(pk__in=originals).values_list(*_COMPARED_BY)
    profiles = [
        _cached_profile(Text(pk, title, detail[:LONGEST_DETAIL], *of)) for pk, title, detail, *of in texts
    ]
    best: dict[int, Alike] = {}
    for candidate in rank(_cached_profile(asked), profiles, limit=_COMPARED, least=least):
        original = originals[candidate.id]
        best.setdefault(original, Alike(candidate.id, original, candidate.score))
    return list(best.values())[:limit]


def _searched(
    questions: QuestionQuerySet, words: Sequence[str], asked: Text, leave_out: Collection[int]
) -> list[_Shared]:
    matches = _title_matches(questions.db, words, asked)
    index = _INDEXES[connections[questions.db].vendor]
    first = matches.pool
    if len(first) > _READ:
        # Questions that the reader may not see take no place of those they may.
        visible = set(questions.filter(pk__in=index.ids(first)).order_by().values_list("pk", flat=True))
        first = [pk for pk in first if pk in visible][:_READ]
    pool: RawSQL | list[int] = index.ids(first) if first else []
    shared = _shared(questions.filter(pk__in=pool), matches, leave_out)
    if matches.crowded and len(shared) < min(_COMPARED, len(matches.pool) / 2):
        # Most matches are not among these questions: search again among them only.
        newest = (
            index.among(questions, matches.crowded)
            .exclude(pk__in=pool)
            .order_by((F("pk") + 0).desc())[:_TOGETHER]
        )
        shared += _shared(newest, matches, leave_out)
    return shared


def _shared(
    questions: QuestionQuerySet, matches: "_TitleMatches", leave_out: Collection[int]
) -> list[_Shared]:
    """Return what each title shares with the words; sorted, the highest weight comes first, then the newest."""
    out = set(leave_out)
    return [
        (-_weight(title, matches.weights) - matches.in_text.get(pk, 0.0), -pk, original or pk)
        for pk, original, title in questions.values_list("pk", "duplicate_of", FoldedTitle(F("search_text")))
        if pk not in out and original not in out
    ]


def text_of(question: Question) -> Text:
    return Text(
        id=question.pk or NOT_ASKED,
        title=question.title,
        # Cut, since it is cached.
        detail=question.detail[:LONGEST_DETAIL],
        milestone=question.milestone_id,
        material=question.material_id,
    )


def _is_beginning(word: str) -> bool:
    """Whether longer words match too. Short words begin too many others ("key", "keyboard")."""
    return len(word) >= _SHORTEST_BEGINNING or not word.isascii()


def _patterns(word: str) -> tuple[str, ...]:
    """Return the substrings that match a word in a folded title framed by spaces."""
    return (f" {word}",) if _is_beginning(word) else (f" {word} ", f" {word}s ")


def _weight(title: str, weights: Sequence[tuple[str, float]]) -> float:
    framed = f" {title} "
    weight = 0.0
    for pattern, counts in weights:
        if pattern in framed:
            weight += counts
    return weight


@dataclass(frozen=True, slots=True)
class _TitleMatches:
    """Weights of patterns, ids of titles to read (`pool`), and common words with only their newest titles in it.

    `pool`: the likeliest come first, and those that only a text matches last.
    `in_text`: by id, what the words weigh that only its detail or answers hold.
    """

    weights: list[tuple[str, float]]
    in_text: dict[int, float]
    pool: list[int]
    crowded: list[str]


def _title_matches(using: str, words: Sequence[str], asked: Text) -> _TitleMatches:
    index = _INDEXES[connections[using].vendor]
    lists = _lists(using, {word: index.word(word, _RARE + 1) for word in words})
    # More texts than titles hold a word, and each has to be read.
    few = [word for word in words if len(lists[word]) <= _IN_TEXT]
    in_text = _in_text(_lists(using, {word: index.text(word, _IN_TEXT + 1) for word in few}), lists)
    rare = {word: lists[word] for word in words if len(lists[word]) <= _RARE}
    common = [word for word in words if word not in rare][:_MOST_COMMON]
    unknown = [word for word in words if not lists[word]]
    pieces = list(dict.fromkeys(piece for word in unknown for piece in halves(word, asked.title)))
    weights = [
        (pattern, rarity(min(len(lists[word]), _RARE), _ALL)) for word in words for pattern in _patterns(word)
    ]
    crowded: list[str] = []
    pool = dict.fromkeys(pk for word in sorted(rare, key=lambda word: len(rare[word])) for pk in rare[word])
    if len(common) > 1 or (common and not pool) or pieces:
        selects = {"": index.together(common, _TOGETHER, is_alone=not pool)}
        more = _lists(using, selects | {piece: index.piece(piece, _PIECE + 1) for piece in pieces})
        crowded = common if len(more[""]) >= _TOGETHER else []
        useful = {piece: more[piece] for piece in pieces if 0 < len(more[piece]) <= _PIECE}
        weights += [(piece, rarity(len(ids), _ALL) / 2) for piece, ids in useful.items()]
        first = [*more[""], *(pk for ids in useful.values() for pk in ids)]
        pool = dict.fromkeys([*first, *pool])
    pool |= dict.fromkeys(sorted(in_text, key=lambda pk: (-in_text[pk], -pk)))
    return _TitleMatches(weights, in_text, list(pool), crowded)


def _in_text(texts: Lists, titles: Lists) -> dict[int, float]:
    """Add up half of what each word weighs for the questions that hold it, but not in their title."""
    weights: dict[int, float] = {}
    for word, holding in texts.items():
        if len(holding) <= _IN_TEXT:
            weight = rarity(len(holding), _ALL) / 2
            for pk in set(holding).difference(titles[word]):
                weights[pk] = weights.get(pk, 0.0) + weight
    return weights


def _lists(using: str, selects: Mapping[str, tuple[str, list[Any]]]) -> Lists:
    """Return the ids of several SELECTs by their names, the newest first."""
    if not selects:
        return {}
    sql = " UNION ALL ".join(
        f"SELECT {n}, id FROM ({select}) of_{n}" for n, (select, _) in enumerate(selects.values())
    )
    lists: list[list[int]] = [[] for _ in selects]
    with connections[using].cursor() as cursor:
        cursor.execute(sql, [value for _, values in selects.values() for value in values])
        for number, pk in cursor.fetchall():
            lists[number].append(pk)
    return {name: sorted(ids, reverse=True) for name, ids in zip(selects, lists, strict=True)}


class _Index(ABC):
    """The SQL of a database: most methods return a SELECT of `id` with its parameters."""

    def word(self, word: str, limit: int) -> tuple[str, list[Any]]:
        """Titles with the word, in no order."""
        return f"{self._holding} LIMIT %s", [self._all([word]), limit]

    def text(self, word: str, limit: int) -> tuple[str, list[Any]]:
        """Questions with the word in title, detail or answers, in no order."""
        return f"{self._mentioning} LIMIT %s", [self._all([word]), limit]

    def together(self, words: Sequence[str], limit: int, *, is_alone: bool) -> tuple[str, list[Any]]:
        """The newest titles with most of the words, then with fewer; with a single one only if `is_alone`."""
        sizes = range(len(words), 0 if is_alone else 1, -1)
        sets = [chosen for size in sizes for chosen in combinations(words, size)]
        if not sets:
            return f"{self._holding} LIMIT 0", [self._all(["x"])]
        select = f"SELECT id FROM ({self._holding} ORDER BY {self._newest} LIMIT %s) holding"
        values = [value for chosen in sets for value in (self._all(chosen), limit)]
        # The outer LIMIT stops before the next set once there are enough.
        return f"{' UNION ALL '.join([select] * len(sets))} LIMIT %s", [*values, 2 * limit]

    def among(self, questions: QuestionQuerySet, words: Sequence[str]) -> QuestionQuerySet:
        """The questions with two of the words in their title, or with the only word."""
        pairs = combinations(words, min(len(words), 2))
        holding = RawSQL(self._holding, [self._or.join(f"({self._all(pair)})" for pair in pairs)])  # noqa: S611
        return questions.filter(pk__in=holding)

    @abstractmethod
    def ids(self, ids: Sequence[int]) -> RawSQL:
        """The ids as one parameter: Django handles a thousand one by one, which takes longer than the query."""

    @abstractmethod
    def piece(self, piece: str, limit: int) -> tuple[str, list[Any]]:
        """Titles with the piece anywhere in a word, in no order."""

    # SELECT of titles, and of whole texts, that match `_all`, their newest order, and OR in a search term.
    _holding: str
    _mentioning: str
    _newest: str
    _or: str

    @abstractmethod
    def _all(self, words: Sequence[str]) -> str:
        pass


class _Sqlite(_Index):
    _holding = (
        "SELECT rowid AS id FROM questions_question_title_words WHERE questions_question_title_words MATCH %s"
    )
    _mentioning = "SELECT rowid AS id FROM questions_question_words WHERE questions_question_words MATCH %s"
    _newest = "rowid DESC"
    _or = " OR "

    def _all(self, words: Sequence[str]) -> str:
        return " AND ".join(
            f'"{word}"*' if _is_beginning(word) else f'("{word}" OR "{word}s")' for word in words
        )

    def ids(self, ids: Sequence[int]) -> RawSQL:
        return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(ids)])

    def piece(self, piece: str, limit: int) -> tuple[str, list[Any]]:
        table = "questions_question_pieces"
        return f"SELECT rowid AS id FROM {table} WHERE {table} MATCH %s LIMIT %s", [f'"{piece}"', limit]


class _Postgresql(_Index):
    _holding = "SELECT id FROM questions_question WHERE search_title_words @@ %s::tsquery"
    _mentioning = (
        f"SELECT id FROM questions_question WHERE {VECTOR.format(column='search_text')} @@ %s::tsquery"
    )
    # `+ 0` keeps PostgreSQL from walking the primary key backwards, which is slow if few titles match.
    _newest = "id + 0 DESC"
    _or = " | "

    def _all(self, words: Sequence[str]) -> str:
        return " & ".join(
            f"'{word}':*" if _is_beginning(word) else f"('{word}' | '{word}s')" for word in words
        )

    def ids(self, ids: Sequence[int]) -> RawSQL:
        return RawSQL("SELECT unnest(%s::bigint[])", [list(ids)])

    def piece(self, piece: str, limit: int) -> tuple[str, list[Any]]:
        return "SELECT id FROM questions_question WHERE search_title LIKE %s LIMIT %s", [f"%{piece}%", limit]


_INDEXES: dict[str, _Index] = {"sqlite": _Sqlite(), "postgresql": _Postgresql()}


class FoldedTitle(Func):
    output_field = TextField()

    def as_sqlite(self, compiler, connection, **context):  # type: ignore[no-untyped-def]
        column, parameters = compiler.compile(self.source_expressions[0])
        title = TITLE_ON_SQLITE.format(column=column)
        return title, tuple(parameters) * title.count(column)

    def as_postgresql(self, compiler, connection, **context):  # type: ignore[no-untyped-def]
        column, parameters = compiler.compile(self.source_expressions[0])
        return column.replace("search_text", "search_title"), tuple(parameters)
