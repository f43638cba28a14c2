"""The indexes for searching questions, created after each migrate; those that stand as they should are kept.

There are three: the words of a question with its answers; the words of its title; and trigrams of its title, which
find words that are spelt differently. The databases have no index type in common. On SQLite a migration may recreate
the table, which drops its triggers, so the indexes are not made in a migration.
"""

# Only our own names are put into statements, values never.
# ruff: noqa: S608

import logging
from typing import Any

from django.db import DatabaseError, connection, connections, transaction
from django.db.backends.utils import CursorWrapper

logger = logging.getLogger(__name__)

# The words of a question on PostgreSQL, split at spaces as `folded` wrote them, without a parser.
VECTOR = "array_to_tsvector(string_to_array({column}, ' '))"
# The folded title: the first line of `search_text`. Cut first, so that a long text is not read whole; a title has 300
# characters, and folding can add some.
LONGEST_TITLE = 1_200
TITLE_ON_SQLITE = (
    f"rtrim(substr({{column}}, 1, instr(substr({{column}}, 1, {LONGEST_TITLE}) || char(10), char(10)) - 1))"
)

# PostgreSQL stores the title in columns: computing it at every search would cost more than the search.
_TITLE = f"rtrim(split_part(substr(search_text, 1, {LONGEST_TITLE}), E'\\n', 1))"
_COLUMNS = {
    "search_title": f"text GENERATED ALWAYS AS ({_TITLE}) STORED",
    "search_title_words": f"tsvector GENERATED ALWAYS AS ({VECTOR.format(column=_TITLE)}) STORED",
}
# Without fastupdate, whose pending list every search would scan.
_ON_POSTGRESQL = {
    "questions_question_words": f"USING gin ({VECTOR.format(column='search_text')})",
    "questions_question_title_words": "USING gin (search_title_words) WITH (fastupdate = off)",
}
# Without this index trigrams are found too, by reading every title.
_EXTENSION = "CREATE EXTENSION IF NOT EXISTS pg_trgm"
_PIECES_ON_POSTGRESQL = {
    "questions_question_pieces": "USING gin (search_title gin_trgm_ops) WITH (fastupdate = off)"
}

# On SQLite each index is an FTS5 table without its own copy of the text, kept up to date by triggers. Beginnings of the
# lengths in `prefix` have lists of their own; for another one, each search merges the lists of all words that have it.
_TABLES = {
    "questions_question_words": (
        "{column}",
        "search_text, content='questions_question', content_rowid='id',"
        " tokenize='unicode61 remove_diacritics 2', prefix='2 3'",
    ),
    "questions_question_title_words": (
        TITLE_ON_SQLITE,
        "search_text, content='', tokenize='unicode61 remove_diacritics 2',"
        " prefix='4 5 6 7 8 9 10', detail=none",
    ),
    "questions_question_pieces": (TITLE_ON_SQLITE, "search_text, content='', tokenize='trigram'"),
}
_TRIGGERS = {
    "insert": ("AFTER INSERT", "", "new"),
    "delete": ("AFTER DELETE", "old", ""),
    "update": ("AFTER UPDATE OF id, search_text", "old", "new"),
}
_EXISTING_SQL = (
    "SELECT name, sql FROM sqlite_master"
    " WHERE type IN ('table', 'trigger') AND name LIKE 'questions_question_%'"
)


def ensure_search_index(using: str = "default", **signal: Any) -> None:
    """Create and fill missing indexes; a receiver of `post_migrate`."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if "questions_question" not in connection.introspection.table_names(cursor):
            return
        if connection.vendor == "sqlite":
            _ensure_on_sqlite(cursor)
        elif connection.vendor == "postgresql":
            _ensure_on_postgresql(cursor, using)


def delete_removed_words() -> None:
    """SQLite keeps words that were removed until it merges its lists; PostgreSQL, until it cleans the table."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for table in _TABLES:
                cursor.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")


def _ensure_on_postgresql(cursor: CursorWrapper, using: str) -> None:
    cursor.execute("SELECT attname FROM pg_attribute WHERE attrelid = 'questions_question'::regclass")
    existing = {name for (name,) in cursor.fetchall()}
    if missing := [f"ADD COLUMN {name} {what}" for name, what in _COLUMNS.items() if name not in existing]:
        cursor.execute(f"ALTER TABLE questions_question {', '.join(missing)}")
    for name, columns in _ON_POSTGRESQL.items():
        _make_on_postgresql(cursor, name, columns)
    if has_trigrams(cursor) or _made_trigrams(cursor, using):
        for name, columns in _PIECES_ON_POSTGRESQL.items():
            _make_on_postgresql(cursor, name, columns)


def _make_on_postgresql(cursor: CursorWrapper, name: str, columns: str) -> None:
    # IF NOT EXISTS would lock the table even if the index exists.
    cursor.execute("SELECT to_regclass(%s)", [name])
    if cursor.fetchone() == (None,):
        cursor.execute(f"CREATE INDEX {name} ON questions_question {columns}")


def has_trigrams(cursor: CursorWrapper) -> bool:
    cursor.execute("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'")
    return cursor.fetchone() is not None


def _made_trigrams(cursor: CursorWrapper, using: str) -> bool:
    """Create the extension; only the owner of the database may."""
    try:
        with transaction.atomic(using=using):
            cursor.execute(_EXTENSION)
    except DatabaseError as error:
        logger.warning("Suggestions find misspelt words slowly, since pg_trgm could not be made: %s", error)
        return False
    return True


def _ensure_on_sqlite(cursor: CursorWrapper) -> None:
    cursor.execute(_EXISTING_SQL)
    existing = dict(cursor.fetchall())
    for table, (words, options) in _TABLES.items():
        missing = [when for when in _TRIGGERS if f"{table}_{when}" not in existing]
        create = f"CREATE VIRTUAL TABLE {table} USING fts5({options})"
        if existing.get(table) != create:
            # An earlier version of Trefoil may have made it with other options.
            cursor.execute(f"DROP TABLE IF EXISTS {table}")
            cursor.execute(create)
        elif not missing:
            continue
        for when in missing:
            cursor.execute(_trigger(table, when, words))
        # The index lacks rows written while a trigger was missing.
        cursor.execute(f"INSERT INTO {table} ({table}) VALUES ('delete-all')")
        cursor.execute(
            f"INSERT INTO {table} (rowid, search_text) SELECT id, {words.format(column='search_text')}"
            " FROM questions_question"
        )


def _trigger(table: str, when: str, words: str) -> str:
    event, old, new = _TRIGGERS[when]
    steps = ""
    if old:
        steps += (
            f"INSERT INTO {table} ({table}, rowid, search_text)"
            f" VALUES ('delete', old.id, {words.format(column='old.search_text')}); "
        )
    if new:
        steps += (
            f"INSERT INTO {table} (rowid, search_text)"
            f" VALUES (new.id, {words.format(column='new.search_text')}); "
        )
    return f"CREATE TRIGGER {table}_{when} {event} ON questions_question BEGIN {steps}END"
