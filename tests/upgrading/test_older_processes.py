"""Processes of 1.0.0 write into the migrated database until the new ones have taken over: what they write is taken."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.backup.conftest import Installation
from tests.backup.conftest import empty as empty
from tests.upgrading.kept import ARCHIVES, KIND, lay_down

pytestmark = pytest.mark.django_db
# Table and column of all that a row cannot be without, though the database has nothing to put there.
WANTED = {
    "sqlite": """
        SELECT tables.name, columns.name FROM sqlite_master tables, pragma_table_info(tables.name) columns
        WHERE tables.type = 'table' AND columns."notnull" AND columns.dflt_value IS NULL AND NOT columns.pk""",
    "postgresql": """
        SELECT table_name, column_name FROM information_schema.columns
        WHERE table_schema = 'public' AND is_nullable = 'NO' AND column_default IS NULL AND is_identity = 'NO'""",
}[KIND]
# Of each material a need that nobody settled, once more, in the state that it is given.
NOTE_AGAIN = """
    INSERT INTO questions_materialneed
        (version, changed_at, changed_by_id, course_id, material_id, why, noted_at, noted_by_id, state, reason,
        state_since)
    SELECT 0, noted_at, noted_by_id, course_id, (SELECT MAX(id) FROM courses_material), 'Anew', noted_at, noted_by_id,
        '{state}', '', noted_at
    FROM questions_materialneed WHERE id = (SELECT MIN(id) FROM questions_materialneed)
"""
OPEN = "from questions.models import MaterialNeed; print([*MaterialNeed.objects.open().values_list('why', flat=True)])"


@pytest.fixture(params=ARCHIVES, ids=lambda path: path.name)
def old(request: pytest.FixtureRequest, empty: Callable[[str], Installation], tmp_path: Path) -> Installation:
    there = empty("old")
    lay_down(request.param, there, tmp_path)
    return there


def test_no_new_column_of_a_table_is_wanted_of_who_does_not_know_it(old: Installation) -> None:
    tables, wanted = {table for table, _ in old.read(WANTED)}, {*old.read(WANTED)}
    old.manage("migrate")
    assert {(table, name) for table, name in old.read(WANTED) if table in tables} - wanted == set()


@pytest.mark.parametrize("state", ["to_do", "doing"])
def test_a_need_that_they_note_is_open(old: Installation, state: str) -> None:
    old.manage("migrate")
    with old.cursor() as cursor:
        cursor.execute("DELETE FROM questions_neednote")
        cursor.execute(
            "DELETE FROM questions_materialneed WHERE id > (SELECT MIN(id) FROM questions_materialneed)"
        )
        cursor.execute(NOTE_AGAIN.format(state=state))
    assert "'Anew'" in old.manage("shell", "--no-imports", "-c", OPEN)
