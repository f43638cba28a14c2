"""The index behind the search in questions: each database's own, over the same folded text, made after each migrate.

Django knows no index that both databases have. Making it here, and not in a migration, has a reason on SQLite: a later
migration may copy the table anew, and its triggers are gone then. What stands already is left alone.
"""

from typing import Any

from django.db import connections
from django.db.backends.utils import CursorWrapper

# The words of a question on PostgreSQL. `folded` has parted them, so that no parser of its own does it otherwise.
VECTOR = "array_to_tsvector(string_to_array({column}, ' '))"

_ON_POSTGRESQL = """
CREATE INDEX tracker_question_words ON tracker_question
USING gin (array_to_tsvector(string_to_array(search_text, ' ')))
"""

# On SQLite the words are a table of its FTS5 beside the questions, kept in step by three triggers.
_WORDS = """
CREATE VIRTUAL TABLE tracker_question_words USING fts5(
    search_text, content='tracker_question', content_rowid='id',
    tokenize='unicode61 remove_diacritics 2', prefix='2 3'
)
"""
_TRIGGERS = {
    "tracker_question_words_insert": """
CREATE TRIGGER tracker_question_words_insert AFTER INSERT ON tracker_question BEGIN
    INSERT INTO tracker_question_words (rowid, search_text) VALUES (new.id, new.search_text);
END
""",
    "tracker_question_words_delete": """
CREATE TRIGGER tracker_question_words_delete AFTER DELETE ON tracker_question BEGIN
    INSERT INTO tracker_question_words (tracker_question_words, rowid, search_text)
    VALUES ('delete', old.id, old.search_text);
END
""",
    "tracker_question_words_update": """
CREATE TRIGGER tracker_question_words_update AFTER UPDATE OF id, search_text ON tracker_question BEGIN
    INSERT INTO tracker_question_words (tracker_question_words, rowid, search_text)
    VALUES ('delete', old.id, old.search_text);
    INSERT INTO tracker_question_words (rowid, search_text) VALUES (new.id, new.search_text);
END
""",
}
_THERE = "SELECT name FROM sqlite_master WHERE type IN ('table', 'trigger') AND name LIKE 'tracker_question_words%'"
# Rows that were written while a trigger was missing are unknown to the index.
_REBUILD = "INSERT INTO tracker_question_words (tracker_question_words) VALUES ('rebuild')"


def ensure_search_index(using: str = "default", **signal: Any) -> None:
    """Make the index of this database where it is missing, and fill it; receives `post_migrate`."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if "tracker_question" not in connection.introspection.table_names(cursor):
            return
        if connection.vendor == "sqlite":
            _ensure_on_sqlite(cursor)
        elif connection.vendor == "postgresql":
            _ensure_on_postgresql(cursor)


def _ensure_on_postgresql(cursor: CursorWrapper) -> None:
    # IF NOT EXISTS would lock the table first.
    cursor.execute("SELECT to_regclass('tracker_question_words')")
    if cursor.fetchone() == (None,):
        cursor.execute(_ON_POSTGRESQL)


def _ensure_on_sqlite(cursor: CursorWrapper) -> None:
    cursor.execute(_THERE)
    there = {name for (name,) in cursor.fetchall()}
    missing = [name for name in _TRIGGERS if name not in there]
    if "tracker_question_words" not in there:
        cursor.execute(_WORDS)
    elif not missing:
        return
    for name in missing:
        cursor.execute(_TRIGGERS[name])
    cursor.execute(_REBUILD)
