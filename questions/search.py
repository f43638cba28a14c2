"""Search in questions, with the same answers on SQLite and PostgreSQL.

Text is folded by `lib.text` in Python, kept in `Question.search_text`, and indexed word by word by the database
(`questions.search_index`). Search words are folded the same way, so they hold no special characters.
"""

from collections.abc import Iterable

from django.db import connections
from django.db.models import BooleanField, F, Func, TextField, Value
from django.db.models.expressions import RawSQL

from lib.markdown_pictures import without_pictures
from lib.text import folded
from questions.models.question import QuestionQuerySet
from questions.search_index import VECTOR
from questions.similar.words import folded_with_parts, in_pairs, stem

# Characters kept of a question with all its answers; PostgreSQL indexes at most 1 MB.
_LONGEST_TEXT = 100_000
_FOR_TITLE = 1_000
# Words of a search that count; more are ignored.
_MOST_WORDS = 16


def search_text(title: str, detail: str, answers: Iterable[str]) -> str:
    """Return the folded text of a question: the title on its own line, then detail and answers.

    Each line ends with the parts of its names, so that "vectorizer" finds "DictVectorizer".
    """
    rest = without_pictures("\n".join([detail, *answers]))
    rest = folded_with_parts(rest[: _LONGEST_TEXT - _FOR_TITLE])
    # Spaces around the line break, since the index splits words at spaces.
    return " ".join(part for part in (folded_with_parts(title), rest and "\n", rest) if part)[:_LONGEST_TEXT]


def matching(questions: QuestionQuerySet, text: str, *, in_title: bool = False) -> QuestionQuerySet:
    """Return questions that have, for each word of the text, a form of it, or a word that begins with it.

    An empty text finds all. `in_title`: in their title; else there, in their detail or answers.
    """
    if not text.strip():
        return questions
    words = search_words(text)
    return _with_words(questions, words, in_title=in_title) if words else questions.none()


def is_titled(title: str, words: Iterable[str]) -> bool:
    """Whether a title has a word that begins with each of these `search_words`: `matching` for few rows."""
    framed = f" {folded_with_parts(title)}"
    return all(f" {word}" in framed for word in words)


def search_words(text: str) -> list[str]:
    # Cut first, to bound the time for folding.
    return list(dict.fromkeys(map(_beginning, in_pairs(folded(text[:2_000])).split())))[:_MOST_WORDS]


def _beginning(word: str) -> str:
    """Return what the forms of a word begin with: "embed" for "embedded" and "embedding", as offers read them."""
    # "queries" and "query" have the stem "queri".
    beginning = stem(word).removesuffix("i")
    return beginning if len(beginning) >= 4 and word.startswith(beginning) else word


def _with_words(questions: QuestionQuerySet, words: list[str], *, in_title: bool) -> QuestionQuerySet:
    if connections[questions.db].vendor == "sqlite":
        wanted = " AND ".join(f'"{word}"*' for word in words)
        table = f"questions_question{'_title' if in_title else ''}_words"
        # A parameter, of letters and digits only.
        sql = f"SELECT rowid FROM {table} WHERE {table} MATCH %s"  # noqa: S608 - names of our own
        return questions.filter(pk__in=RawSQL(sql, [wanted]))  # noqa: S611
    wanted = " & ".join(f"'{word}':*" for word in words)
    match = _TitleSearchMatch if in_title else _TextSearchMatch
    return questions.filter(match(F("search_text"), Value(wanted, output_field=TextField())))


class _TextSearchMatch(Func):
    output_field = BooleanField()
    vector = VECTOR
    template = "%(expressions)s"
    arg_joiner = " @@ "

    def as_postgresql(self, compiler, connection, **context):  # type: ignore[no-untyped-def]
        (column, _), (query, parameters) = map(compiler.compile, self.source_expressions)
        return f"{self.vector.format(column=column)} @@ ({query})::tsquery", tuple(parameters)


class _TitleSearchMatch(_TextSearchMatch):
    vector = "search_title_words"
