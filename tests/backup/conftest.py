import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import environ
import psycopg2
import pytest
from django.conf import settings
from postgres import server_binaries

from tests.upgrading.databases import VENDOR, address_of, database

IS_SQLITE = VENDOR == "sqlite3"


class Installation:
    """A database of its own, and commands on it, as an operator gives them; its list of erasures is in `folder`."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.folder = url, folder

    def environment(self, **more: str) -> dict[str, str]:
        binaries = server_binaries()
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DEBUG": "1",
            "DATABASE_URL": self.url,
            "BACKUP_DIR": str(self.folder),
            "PATH": f"{binaries}:{os.environ['PATH']}" if binaries else os.environ["PATH"],
            **more,
        }

    def manage(self, *arguments: object, **environment: str) -> str:
        """Return what the command says, after a mark if it refuses."""
        done = subprocess.run(
            [sys.executable, "manage.py", *map(str, arguments)],
            cwd=settings.BASE_DIR,
            env=self.environment(**environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return f"{'!' if done.returncode else ''}{done.stdout.strip()}"

    def run(self, module: str) -> None:
        subprocess.run(
            [sys.executable, "-m", module],
            cwd=settings.BASE_DIR,
            env=self.environment(DJANGO_SETTINGS_MODULE="config.test_settings"),
            check=True,
        )

    @contextmanager
    def cursor(self) -> Iterator[Any]:
        """Without Django, and without what it registers with SQLite."""
        there: Any = environ.Env.db_url_config(self.url)
        connected: Any = (
            sqlite3.connect(there["NAME"], timeout=20)
            if self.url.startswith("sqlite")
            else psycopg2.connect(address_of(there["NAME"]))
        )
        with closing(connected), connected:
            yield connected.cursor()

    def read(self, query: str) -> list[tuple[Any, ...]]:
        with self.cursor() as cursor:
            cursor.execute(query)
            return [tuple(row) for row in cursor.fetchall()]


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Callable[[str], Installation]]:
    """Make another database that is empty: on SQLite a file that is not there yet."""
    with ExitStack() as databases:

        def make(name: str) -> Installation:
            if IS_SQLITE:
                return Installation(f"sqlite:///{tmp_path}/{name}.sqlite3", tmp_path)
            return Installation(databases.enter_context(database(name=name))[1], tmp_path)

        yield make


@pytest.fixture(scope="session")
def _kept_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kept")
    Installation(f"sqlite:///{folder}/kept.sqlite3", folder).run("tests.backup.installation")
    return folder / "kept.sqlite3"


@pytest.fixture
def on_sqlite(_kept_file: Path, tmp_path: Path) -> Installation:
    """With people, and with mails that wait."""
    shutil.copy(_kept_file, tmp_path / "old.sqlite3")
    return Installation(f"sqlite:///{tmp_path}/old.sqlite3", tmp_path)


@pytest.fixture
def installation(request: pytest.FixtureRequest, empty: Callable[[str], Installation]) -> Installation:
    """The same on the database of the tests."""
    if IS_SQLITE:
        found: Installation = request.getfixturevalue("on_sqlite")
        return found
    made = empty("old")
    made.run("tests.backup.installation")
    return made
