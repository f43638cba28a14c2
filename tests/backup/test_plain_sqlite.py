from pathlib import Path

import pytest

from tests.backup.conftest import IS_SQLITE, Installation


@pytest.mark.skipif(not IS_SQLITE, reason="It is about SQLite")
def test_sqlite_without_django_checks_packs_and_dumps_a_file(installation: Installation) -> None:
    """No constraint, generated column or index needs a function that only Django gives SQLite."""
    assert installation.read("PRAGMA integrity_check") == [("ok",)]
    with installation.cursor() as cursor:
        cursor.connection.commit()
        cursor.execute("VACUUM")
        dumped = "\n".join(cursor.connection.iterdump())
    assert 'INSERT INTO "questions_ask"' in dumped
    assert "Chidi Okafor" in dumped


@pytest.mark.skipif(not IS_SQLITE, reason="It is about SQLite")
def test_a_file_that_is_no_database_is_said_in_a_sentence_by_every_command(tmp_path: Path) -> None:
    (tmp_path / "list.sqlite3").write_text("Bread, milk, and a cake for the one who mends the build.")
    installation = Installation(f"sqlite:///{tmp_path}/list.sqlite3", tmp_path)
    for command in (["migrate"], ["release"], ["createsuperuser", "--noinput"], ["import_job", "1"]):
        assert installation.manage(*command) == (
            "!The database of DATABASE_URL cannot be opened. It says: file is not a database"
        )
