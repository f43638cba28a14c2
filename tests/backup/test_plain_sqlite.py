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
