"""The archives of versions that are kept, and what of their rows a later database still has."""

import json
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.apps import apps

from tests.backup.conftest import Installation
from tests.upgrading.databases import VENDOR

HERE = Path(__file__).parent
TOP = HERE.parents[1]
KIND = {"sqlite3": "sqlite", "postgresql": "postgresql"}[VENDOR]
ARCHIVES = sorted(HERE.glob(f"*.{KIND}.zip"))
FILL = """
import django, pathlib, sys
django.setup()
from backup.databases import fill_postgresql
fill_postgresql(pathlib.Path(sys.argv[1]))
"""

# What SQLite keeps the words of questions in: made anew whenever their table is.
SEARCH_INDEX = tuple(f"questions_question_{of}_" for of in ("words", "title_words", "pieces"))
# Columns that the database works out of others; a later version may do so otherwise.
GENERATED = {
    field.column for model in apps.get_models() for field in model._meta.concrete_fields if field.generated
}
# Of each table: its columns, and its rows as text.
type Content = dict[str, tuple[list[str], list[tuple[str, ...]]]]


def manifest_of(archive: Path) -> dict[str, Any]:
    with zipfile.ZipFile(archive) as opened:
        manifest: dict[str, Any] = json.loads(opened.read("manifest.json"))
    return manifest


def lay_down(archive: Path, there: Installation, folder: Path) -> None:
    """Make the database that the archive is a copy of, as it was: without the command that restores."""
    with zipfile.ZipFile(archive) as opened:
        (copy,) = [name for name in opened.namelist() if name != "manifest.json"]
        if KIND == "sqlite":
            Path(there.url.removeprefix("sqlite:///")).write_bytes(opened.read(copy))
            return
        dump = opened.extract(copy, folder)
    environment = there.environment(DJANGO_SETTINGS_MODULE="config.test_settings")
    subprocess.run([sys.executable, "-c", FILL, dump], cwd=TOP, env=environment, check=True)


def content_of(there: Installation, tables: Iterable[str]) -> Content:
    found: Content = {}
    with there.cursor() as cursor:
        for table in tables:
            cursor.execute(f'SELECT * FROM "{table}"')
            names = [column[0] for column in cursor.description]
            found[table] = names, [tuple(map(_said, row)) for row in cursor.fetchall()]
    return found


def _said(value: object) -> str:
    return repr(bytes(value) if isinstance(value, memoryview) else value)


def columns_gone(before: Content, after: Content) -> set[tuple[str, str]]:
    return {
        (table, name)
        for table, (names, _) in before.items()
        for name in set(names) - set(after.get(table, ([], []))[0])
    }


def rows_gone(before: Content, after: Content) -> dict[str, list[tuple[str, ...]]]:
    """The rows of before that are no longer there as they were, in the columns that are still there and written."""
    found = {}
    for table, (names, _) in before.items():
        if table.startswith(SEARCH_INDEX) or table not in after:
            continue
        both = [name for name in names if name in after[table][0] and name not in GENERATED]
        had, has = (_projected(*content[table], both) for content in (before, after))
        if gone := had - has:
            found[table] = [*gone.elements()]
    return found


def _projected(names: list[str], rows: list[tuple[str, ...]], to: list[str]) -> Counter[tuple[str, ...]]:
    places = [names.index(name) for name in to]
    return Counter(tuple(row[place] for place in places) for row in rows)
