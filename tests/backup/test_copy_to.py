"""An installation on SQLite is carried to PostgreSQL: every row of it, and the next number of each table."""

from collections.abc import Callable

import pytest

from tests.backup.conftest import IS_SQLITE, Installation

pytestmark = pytest.mark.skipif(IS_SQLITE, reason="Its target is PostgreSQL")
TABLES = (
    "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename != 'people_cache' ORDER BY 1"
)


def test_every_row_arrives_and_the_next_numbers_are_free(
    on_sqlite: Installation, empty: Callable[[str], Installation]
) -> None:
    old, new = on_sqlite, empty("new")
    said = old.manage("copy_to", new.url)
    assert f"In .env: DATABASE_URL={new.url}" in said, said
    tables = [table for (table,) in new.read(TABLES)]
    assert len(tables) > 100
    counts = {table: new.read(f'SELECT count(*) FROM "{table}"') for table in tables}
    assert counts == {table: old.read(f'SELECT count(*) FROM "{table}"') for table in tables}
    for query in (
        "SELECT id, name, email, name_key FROM people_user ORDER BY id",
        "SELECT id, title, search_text, answered_within FROM questions_question ORDER BY id",
        "SELECT id, app_label, model FROM django_content_type ORDER BY id",
        "SELECT app, name FROM django_migrations ORDER BY app, name",
    ):
        assert new.read(query) == old.read(query) != []
    # Moments, truths and JSON are what they were, not the text in which SQLite keeps them.
    assert new.read("SELECT count(*) FROM people_message WHERE made_at = '2026-09-16 10:00+00'") == [(2,)]
    assert new.read("SELECT ids ->> 'ask' FROM people_event WHERE kind = 'question_asked'") == [("1",)]
    ((highest,),) = new.read("SELECT max(id) FROM people_user")
    assert new.read("SELECT nextval(pg_get_serial_sequence('people_user', 'id'))") == [(highest + 1,)]
    assert "is not empty" in old.manage("copy_to", new.url)
    assert "Only an installation on SQLite" in new.manage("copy_to", new.url)


def test_a_row_that_does_not_fit_leaves_the_other_database_empty(
    on_sqlite: Installation, empty: Callable[[str], Installation]
) -> None:
    old, new = on_sqlite, empty("new")
    with old.cursor() as cursor:
        cursor.execute("UPDATE questions_question SET detail = 'a' || char(0)")
    said = old.manage("copy_to", new.url)
    assert said.startswith("!"), said
    # On a slow machine a line says how far the migrations are.
    assert "CommandError: A row of questions_question does not fit: " in said
    assert new.read(TABLES) == []
