"""Databases of versions that are kept upgrade by a restart, while people go on, and from a backup, and lose nothing.

`tests.upgrading.make` made the archives, with the code of their version.
"""

import json
import secrets
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from functools import partial
from pathlib import Path
from threading import Event, Thread
from typing import Any
from urllib.request import urlopen

import pytest
from django.db.migrations.loader import MigrationLoader

from tests.backup.conftest import Installation
from tests.backup.conftest import empty as empty
from tests.bin.test_run import free_port
from tests.bin.test_serve import wait_until
from tests.upgrading.kept import (
    ARCHIVES,
    HERE,
    KIND,
    TOP,
    Content,
    columns_gone,
    content_of,
    lay_down,
    manifest_of,
    rows_gone,
)
from tests.upgrading.schema import differences

pytestmark = pytest.mark.django_db
# Table and column of what later versions keep elsewhere, as a test of its own here says.
MOVED = {
    ("questions_placement", "may_belong_to_id"),
    ("questions_historicalplacement", "may_belong_to_id"),
    *(("questions_notintopic", name) for name in ("id", "question_id", "topic_id", "said_by_id", "said_at")),
}
# Rows that later versions keep in other words, or work out again, as tests of their own here say.
REWRITTEN = {"questions_placement", "questions_materialneed", "questions_historicalmaterialneed"}
# What is restored has no sessions, and sends nothing that waited.
HELD_BACK = {
    "django_session",
    "people_event",
    "people_invitation",
    "people_message",
    "telling_heartbeat",
    "usersessions_usersession",
}
NO_CODE = (".*", "__pycache__", "var", "staticfiles", "tests", "benchmarks")


@pytest.fixture(params=ARCHIVES, ids=lambda path: path.name)
def archive(request: pytest.FixtureRequest) -> Path:
    return request.param


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The code as an operator has it."""
    folder = tmp_path_factory.mktemp("production") / "trefoil"
    shutil.copytree(TOP, folder, ignore=shutil.ignore_patterns(*NO_CODE))
    (folder / ".venv").symlink_to((TOP / ".venv").resolve())
    # No page is asked for that shows an asset: to collect them would take longer than all else here.
    (folder / "staticfiles").mkdir()
    (folder / "staticfiles/staticfiles.json").write_text('{"paths": {}, "version": "1.1"}')
    (folder / "COMMIT").write_text("0123456789abcdef\n")
    return folder


def write_env(folder: Path, port: int, url: str, more: str = "") -> None:
    (folder / ".env").write_text(
        f"SECRET_KEY={secrets.token_urlsafe(64)}\nALLOWED_HOSTS=127.0.0.1\nHTTPS=0\nSITE_URL=http://127.0.0.1\n"
        f"PORT={port}\nDATABASE_URL={url}\n{more}"
    )


@pytest.fixture
def serve(installed: Path) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Start the web server in `installed`; its log is the file `log` there."""
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        with (installed / "log").open("w") as log:
            environment = {"PATH": Installation("", installed).environment()["PATH"]}
            command = [installed / "bin/serve", "web"]
            started.append(subprocess.Popen(command, env=environment, stderr=log, stdout=log))
        return started[-1]

    yield start
    for server in started:
        server.kill()
        server.wait()


def test_a_database_upgrades_by_restart_and_while_people_go_on(
    archive: Path,
    installed: Path,
    serve: Callable[[], subprocess.Popen[bytes]],
    empty: Callable[[str], Installation],
    settings: Any,
    tmp_path: Path,
) -> None:
    # Tables of tests are made without any.
    settings.MIGRATION_MODULES = {}
    manifest, port = manifest_of(archive), free_port()
    one, other = empty("one"), empty("other")
    for old in (one, other):
        lay_down(archive, old, tmp_path)
    before = content_of(one, manifest["rows"])
    assert {table: len(rows) for table, (_, rows) in before.items()} == manifest["rows"]

    # By a restart.
    backups = tmp_path / "backups"
    write_env(installed, port, one.url, f"MIGRATE=1\nBACKUP_DIR={backups}\n")
    server = serve()
    wait_until(partial(answers, port))
    first = next(line for line in log_of(installed).splitlines() if "INFO trefoil.web" in line)
    assert first.endswith(f" INFO trefoil.web: Trefoil {settings.VERSION}, commit 01234567")
    assert_upgraded(one, before, manifest)
    # The way back, where there is something to migrate.
    is_older = bool(
        {".".join(name) for name in MigrationLoader(None).disk_migrations} - {*manifest["migrations"]}
    )
    made = [manifest_of(backup) for backup in backups.glob("before-migrating-*.zip")]
    # Jobs stay out of backups.
    assert [one["rows"] for one in made] == [manifest["rows"] | {"sheets_importjob": 0}] * is_older
    assert [one["migrations"] for one in made] == [manifest["migrations"]] * is_older

    # By HUP, while somebody asks.
    write_env(installed, port, other.url, f"MIGRATE=1\nBACKUP_DIR={backups}\n")
    asked: Counter[object] = Counter()
    is_over = Event()

    def ask_on() -> None:
        while not is_over.wait(0.02):
            asked[answers(port)] += 1

    asking = Thread(target=ask_on)
    asking.start()
    try:
        server.send_signal(signal.SIGHUP)
        wait_until(lambda: "New processes took over." in log_of(installed))
    finally:
        is_over.set()
        asking.join()
    assert asked.keys() == {True}
    assert_kept(other, before)
    assert len([*backups.glob("*.zip")]) == 2 * is_older


def test_an_archive_is_restored_and_upgraded(
    archive: Path, empty: Callable[[str], Installation], tmp_path: Path
) -> None:
    manifest = manifest_of(archive)
    old, new = empty("old"), empty("new")
    lay_down(archive, old, tmp_path)
    before = content_of(old, manifest["rows"])
    name = new.url.rpartition("/")[2]
    said = new.manage("restore", archive, "--to", tmp_path / name if KIND == "sqlite" else name)
    assert f", of version {manifest['version']}; migrated to " in said, said
    assert said.endswith("Nothing is sent, told or fetched until: bin/production manage.py release")
    assert_upgraded(new, before, manifest, but=HELD_BACK)
    assert new.read("SELECT count(*) FROM people_hold") == [(1,)]


def test_what_is_older_than_the_kept_ones_is_refused_in_a_sentence_and_left_as_it_is(
    archive: Path,
    installed: Path,
    serve: Callable[[], subprocess.Popen[bytes]],
    empty: Callable[[str], Installation],
    tmp_path: Path,
) -> None:
    old, new = empty("old"), empty("new")
    lay_down(archive, old, tmp_path)
    with old.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'tracker' AND name > '0026'")
    before = content_of(old, manifest_of(archive)["rows"])
    says = " is older than 1.0.0: upgrade to 1.0.0 first (commit 851366a0)."
    assert old.manage("migrate") == f"!CommandError: The database{says}"
    backups = tmp_path / "backups"
    write_env(installed, free_port(), old.url, f"MIGRATE=1\nBACKUP_DIR={backups}\n")
    assert serve().wait(60) == 1
    assert log_of(installed).endswith(f" ERROR trefoil.prepare: The database{says}\n")
    assert [*backups.iterdir()] == []
    assert content_of(old, before) == before

    # It can still be backed up. Its archive is refused, too.
    older = tmp_path / "older.zip"
    assert old.manage("backup", older).startswith(f"{older}: ")
    files = sorted(tmp_path.iterdir())
    name = new.url.rpartition("/")[2]
    to = tmp_path / name if KIND == "sqlite" else name
    version = manifest_of(older)["version"]
    assert (
        new.manage("restore", older, "--to", to) == f"!CommandError: The archive, of version {version},{says}"
    )
    assert sorted(tmp_path.iterdir()) == files
    if KIND == "postgresql":
        assert new.read(TABLES) == []


def assert_upgraded(
    new: Installation, before: Content, manifest: dict[str, Any], but: Collection[str] = ()
) -> None:
    """Nothing is lost, the tables are those of the models, and pages open."""
    assert_kept(new, before, but)
    done = subprocess.run(
        [sys.executable, "-m", "tests.upgrading.visit", manifest["made_at"]],
        cwd=TOP,
        env=new.environment(DJANGO_SETTINGS_MODULE="config.test_settings"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert differences(seen["schema"]) == {}
    assert seen["found"] > 0
    assert set(seen["answers"].values()) == {200}, seen["answers"]


def assert_kept(new: Installation, before: Content, but: Collection[str] = ()) -> None:
    after = content_of(new, [table for (table,) in new.read(TABLES)])
    assert columns_gone(before, after) == MOVED
    gone = rows_gone(before, after)
    assert {table: rows for table, rows in gone.items() if table not in {*but, *REWRITTEN}} == {}


TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table'",
    "postgresql": "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'",
}[KIND]


def answers(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=60) as answer:
            return answer.read() == b"ok"
    except OSError:
        return False


def log_of(folder: Path) -> str:
    return (folder / "log").read_text()


def test_each_kept_version_is_there_of_both_kinds_and_small() -> None:
    kinds = {path.name.removesuffix(".zip").rpartition(".")[::2] for path in HERE.glob("*.zip")}
    assert kinds == {(version, kind) for version, _ in kinds for kind in ("sqlite", "postgresql")} != set()
    assert sum(path.stat().st_size for path in HERE.glob("1.0.0.*.zip")) < 1_000_000
