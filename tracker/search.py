"""Search in questions, with the same answers on SQLite and PostgreSQL.

What is searched is folded by `lib.text` in Python, kept in `Question.search_text`, and indexed word by word by the
database (`tracker.search_index`). What is looked for is folded the same way, so no character of it means anything to
the database.
"""

from collections import Counter
from collections.abc import Iterable

from django.db import connections
from django.db.models import BooleanField, F, Func, TextField, Value
from django.db.models.expressions import RawSQL

from lib.text import folded
from tracker.models import Question
from tracker.models.question import QuestionQuerySet
from tracker.search_index import VECTOR

# Characters kept of a question with all its answers; PostgreSQL indexes at most 1 MB.
_LONGEST_TEXT = 100_000
# Words looked for at once; who types more is understood by these.
_MOST_WORDS = 16
_CANDIDATES = 200
_COMMON = frozenset(
    {
        "about",
        "and",
        "any",
        "are",
        "but",
        "can",
        "could",
        "did",
        "does",
        "for",
        "from",
        "get",
        "has",
        "have",
        "how",
    }
    | {
        "into",
        "its",
        "not",
        "one",
        "our",
        "should",
        "some",
        "than",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
    }
    | {
        "these",
        "they",
        "this",
        "use",
        "used",
        "using",
        "was",
        "were",
        "what",
        "when",
        "where",
        "which",
        "who",
        "why",
    }
    | {"will", "with", "would", "you", "your"}
)


def search_text(title: str, detail: str, answers: Iterable[str]) -> str:
    """Return what the search knows of a question: the words of its title, detail and answers."""
    return folded("\n".join([title, detail, *answers])[:_LONGEST_TEXT])


def matching(questions: QuestionQuerySet, text: str) -> QuestionQuerySet:
    """Return those that hold a word beginning with each word of the text; an empty text keeps them all."""
    if not text.strip():
        return questions
    words = _words(text)
    return _with_words(questions, words, "AND") if words else questions.none()


def similar(questions: QuestionQuerySet, title: str, limit: int = 3) -> list[Question]:
    """Return questions that may ask the same, the likeliest first, a duplicate by the question it points at.

    Rare words count more than common ones, and half of what is asked must be shared. Two queries.
    """
    asked = [word for word in _words(title) if len(word) > 2 and word not in _COMMON]
    if not asked:
        return []
    candidates = list(
        _with_words(questions, asked, "OR")
        .order_by("-asked_at", "-pk")
        .values_list("pk", "duplicate_of", "title")[:_CANDIDATES]
    )
    shared = {pk: _shared(asked, folded(title).split()) for pk, _, title in candidates}
    spread = Counter(word for words in shared.values() for word in words)
    weight = {word: 1 / (1 + spread[word]) for word in asked}
    best: dict[int, float] = {}
    for pk, original, _ in candidates:
        score = sum(weight[word] for word in shared[pk]) / sum(weight.values())
        if score >= 0.5:
            best[original or pk] = max(score, best.get(original or pk, 0))
    found = questions.filter(pk__in=sorted(best, key=lambda pk: (-best[pk], -pk))[:limit])
    return sorted(found, key=lambda question: (-best[question.pk], -question.pk))


def _words(text: str) -> list[str]:
    # Cut first: folding is linear, but nobody types this much.
    return list(dict.fromkeys(folded(text[:2_000]).split()))[:_MOST_WORDS]


def _with_words(questions: QuestionQuerySet, words: list[str], joined: str) -> QuestionQuerySet:
    if connections[questions.db].vendor == "sqlite":
        wanted = f" {joined} ".join(f'"{word}"*' for word in words)
        # The words are a parameter, and hold letters and digits only.
        sql = "SELECT rowid FROM tracker_question_words WHERE tracker_question_words MATCH %s"
        return questions.filter(pk__in=RawSQL(sql, [wanted]))  # noqa: S611
    wanted = {"AND": " & ", "OR": " | "}[joined].join(f"'{word}':*" for word in words)
    return questions.filter(_HasWords(F("search_text"), Value(wanted, output_field=TextField())))


class _HasWords(Func):
    """The words of a column against a query of PostgreSQL's text search."""

    output_field = BooleanField()
    template = "%(expressions)s"
    arg_joiner = " @@ "

    def as_postgresql(self, compiler, connection, **context):  # type: ignore[no-untyped-def]
        (column, _), (query, parameters) = map(compiler.compile, self.source_expressions)
        return f"{VECTOR.format(column=column)} @@ ({query})::tsquery", tuple(parameters)


def _shared(asked: list[str], words: list[str]) -> frozenset[str]:
    """The words asked for that stand there too; "token" stands in "tokens"."""
    return frozenset(word for word in asked if any(_alike(word, other) for other in words))


def _alike(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    return one == other or (
        len(shorter) > 3 and longer.startswith(shorter) and len(longer) <= len(shorter) + 3
    )
