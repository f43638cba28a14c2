"""The way there and back from the oldest database that is kept: back up, restore, which migrates, check.

That the database itself migrates is seen in test_upgrading.py.
"""

import json
import lzma
from collections.abc import Callable, Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.backup.conftest import IS_SQLITE, Installation
from tests.backup.conftest import empty as empty
from tests.upgrading.test_upgrading import DUMPS, HERE, database

# Whose tables are named after them, and of which the dump says how many rows they had.
MODELS = "people.User", "courses.Course", "groups.Enrolment", "questions.Question", "tracker.CheckIn"


@pytest.fixture
def old(tmp_path: Path) -> Iterator[Installation]:
    if IS_SQLITE:
        (tmp_path / "old.sqlite3").write_bytes(lzma.decompress(DUMPS[0].read_bytes()))
        yield Installation(f"sqlite:///{tmp_path}/old.sqlite3", tmp_path)
        return
    with database(DUMPS[0]) as (_, address):
        yield Installation(address, tmp_path)


def counts(there: Installation) -> dict[str, int]:
    return {
        model: there.read(f"SELECT count(*) FROM {model.lower().replace('.', '_')}")[0][0] for model in MODELS
    }


def test_the_oldest_database_is_backed_up_restored_and_migrated(
    old: Installation, empty: Callable[[str], Installation], tmp_path: Path
) -> None:
    archive, new = tmp_path / "before.zip", empty("back")
    kept = json.loads((HERE / f"{DUMPS[0].name.partition('.')[0]}.json").read_text())["counts"]
    applied = old.read("SELECT app, name FROM django_migrations ORDER BY id")
    assert old.manage("backup", archive).startswith(f"{archive}: ")
    said = new.manage("restore", archive)
    assert "Nothing is sent, told or fetched until" in said, said
    assert new.manage("migrate", "--check") == ""
    assert counts(new) == {model: kept[model] for model in MODELS} == counts(old)
    assert new.read("SELECT count(*) FROM people_hold") == [(1,)]
    # The code of then goes on with what it had, which nothing has touched; and has it in the archive, too.
    assert old.read("SELECT app, name FROM django_migrations ORDER BY id") == applied
    assert len(new.read("SELECT app FROM django_migrations")) > len(applied)
    with ZipFile(archive) as opened:
        name = opened.extract("database.sqlite3" if IS_SQLITE else "database.dump", tmp_path)
    if IS_SQLITE:
        assert counts(Installation(f"sqlite:///{name}", tmp_path)) == counts(old)
