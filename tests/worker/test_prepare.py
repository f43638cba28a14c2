"""bin/serve starts on the database of its code: an empty one is migrated, an older one where that is wanted."""

import threading
import time
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder

from backup.management.commands.migrate import Command as Migrate
from tests.conftest import Cast
from worker.management.commands import prepare

SQUASHED = import_module("sheets.migrations.0001_squashed_0010_all_of_before").Migration
COMMAND = "worker.management.commands.prepare"
pytestmark = pytest.mark.django_db


class Executor:
    """Stands in for what Django has left to migrate, since the tables of tests are made without any migration."""

    missing = ["tracker.0002_more", "tracker.0003_most"]

    def __init__(self, *more: Any) -> None:
        self.loader = SimpleNamespace(graph=SimpleNamespace(leaf_nodes=list))

    def migration_plan(self, leaves: list[str]) -> list[tuple[str, bool]]:
        return [(name, False) for name in self.missing]


def had(monkeypatch: pytest.MonkeyPatch, *names: tuple[str, str]) -> None:
    """These are the migrations that the database has had."""
    monkeypatch.setattr(MigrationRecorder, "applied_migrations", lambda self: dict.fromkeys(names))


@pytest.fixture(autouse=True)
def called(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> list[tuple[str, ...]]:
    """The other commands that it calls, which do nothing here."""
    names: list[tuple[str, ...]] = []
    monkeypatch.setattr(f"{COMMAND}.call_command", lambda *said, **more: names.append(said))
    monkeypatch.setattr(f"{COMMAND}.MigrationExecutor", Executor)
    settings.STATIC_ROOT, settings.VAR_DIR = tmp_path, tmp_path
    settings.MIGRATION_MODULES = {}
    had(monkeypatch, ("people", "0001_initial"))
    (tmp_path / "staticfiles.json").touch()
    return names


def refusal() -> str:
    with pytest.raises(SystemExit) as stopped:
        call_command("prepare")
    return str(stopped.value.__cause__)


def test_an_empty_database_is_migrated(called: list[tuple[str, ...]]) -> None:
    call_command("prepare")
    assert called == [("migrate",), ("first_operator",)]


def test_an_older_one_with_people_waits_until_it_may_be_backed_up_and_migrated(
    cast: Cast, called: list[tuple[str, ...]], settings: Any
) -> None:
    said = refusal()
    assert said.startswith(
        "The database is older than the code: tracker.0002_more is missing, the first of 2 migrations."
    )
    assert "MIGRATE=1" in said
    assert called == []
    settings.MIGRATE = True
    call_command("prepare")
    assert [names[0] for names in called] == ["backup", "migrate", "first_operator"]
    assert called[0][1].startswith(f"{settings.VAR_DIR}/backups/before-migrating-2026-09-16-")


def test_the_one_of_the_code_is_left_alone(
    cast: Cast, called: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Executor, "missing", [])
    had(monkeypatch, *SQUASHED.replaces)
    call_command("prepare")
    assert called == [("first_operator",)]


def test_a_newer_one_is_refused(
    cast: Cast, called: list[tuple[str, ...]], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MIGRATE = True
    for newer in (("tracker", "9999_of_next_year"), ("an_app_of_next_year", "0001_initial")):
        had(monkeypatch, *SQUASHED.replaces, newer)
        assert f"does not know {'.'.join(newer)}" in refusal()
    assert called == []


def test_one_from_before_1_0_0_is_refused(
    cast: Cast, called: list[tuple[str, ...]], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MIGRATE = True
    had(monkeypatch, *SQUASHED.replaces[:-1])
    assert refusal() == "The database is older than 1.0.0: upgrade to 1.0.0 first (commit 851366a0)."
    assert called == []


def test_one_that_does_not_let_in_is_said_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*more: Any) -> None:
        raise OperationalError('FATAL:  password authentication failed\nfor user "trefoil"')

    monkeypatch.setattr(f"{COMMAND}.MigrationExecutor", fail)
    said = refusal()
    assert "of DATABASE_URL cannot be opened. It says: FATAL: password authentication failed" in said
    assert "\n" not in said


def test_a_folder_of_backups_that_cannot_be_written_is_said_before_anybody_is_invited(
    called: list[tuple[str, ...]], settings: Any, tmp_path: Path
) -> None:
    settings.BACKUP_DIR = tmp_path / "nightly"
    call_command("prepare")
    assert (settings.BACKUP_DIR.is_dir(), called) == (True, [("migrate",), ("first_operator",)])
    called.clear()
    (tmp_path / "a-file").touch()
    settings.BACKUP_DIR = tmp_path / "a-file/nightly"
    assert refusal().startswith(f"BACKUP_DIR: {settings.BACKUP_DIR} cannot be written.")
    assert called == []


def test_a_database_of_something_else_is_not_filled(
    called: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    for tables in (["blog"], ["auth_user", "django_migrations", "django_session"]):
        monkeypatch.setattr(connection.introspection, "table_names", lambda cursor, names=tables: names)
        assert refusal() == (
            f"The database of DATABASE_URL is not Trefoil's: it has the table {tables[0]}. Name an empty one."
        )
    assert called == []
    # A set-up that broke off is taken up again; what an operator keeps beside Trefoil's tables stays.
    for tables in (
        ["django_migrations", "django_content_type", "auth_group"],
        ["people_user", "copy_of_june"],
    ):
        monkeypatch.setattr(connection.introspection, "table_names", lambda cursor, names=tables: names)
        call_command("prepare")
    assert called == 2 * [("migrate",), ("first_operator",)]


@pytest.mark.parametrize(
    ("vendor", "says", "waits"),
    [
        ("postgresql", 'connection to server at "db" failed: Connection refused', True),
        ("postgresql", "FATAL:  the database system is starting up", True),
        ("postgresql", "FATAL:  sorry, too many clients already", True),
        ("postgresql", 'FATAL:  password authentication failed for user "trefoil"', False),
        ("postgresql", 'FATAL:  database "trefoil" does not exist', False),
        ("sqlite", "file is not a database", False),
        ("sqlite", "unable to open database file", False),
    ],
)
def test_a_server_that_is_away_is_waited_for_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    called: list[tuple[str, ...]],
    vendor: str,
    says: str,
    waits: bool,
) -> None:
    moments = iter(range(0, 1000, 20))
    tries: list[int] = []

    def fail() -> None:
        tries.append(1)
        raise DatabaseError(says)

    monkeypatch.setattr(
        f"{COMMAND}.time", SimpleNamespace(monotonic=lambda: next(moments), sleep=lambda s: None)
    )
    monkeypatch.setattr(connection, "vendor", vendor)
    monkeypatch.setattr(connection, "ensure_connection", fail)
    assert refusal() == f"The database of DATABASE_URL cannot be opened. It says: {' '.join(says.split())}"
    assert (len(tries), caplog.text.count("It is waited for, for 60 s.")) == ((3, 1) if waits else (1, 0))
    assert called == []


def test_a_server_that_comes_back_is_gone_on_with(
    monkeypatch: pytest.MonkeyPatch, called: list[tuple[str, ...]]
) -> None:
    answers = iter([OperationalError("Connection refused"), OperationalError("Connection refused"), None])

    def ask() -> None:
        if error := next(answers):
            raise error

    monkeypatch.setattr(f"{COMMAND}.time.sleep", lambda seconds: None)
    monkeypatch.setattr(connection, "vendor", "postgresql")
    with monkeypatch.context() as patch:
        patch.setattr(connection, "ensure_connection", ask)
        prepare._wait_for_database()
    assert next(answers, "none left") == "none left"


def test_a_migration_that_takes_long_says_which_it_is(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("backup.management.commands.migrate._EVERY", 0.01)
    command = Migrate()
    command.verbosity = 0
    with command._said_now_and_then():
        time.sleep(0.05)
        assert "migrating" not in caplog.text
        command.migration_progress_callback("apply_start", "tracker.0036_more")
        time.sleep(0.2)
        command.migration_progress_callback("apply_success")
    assert "migrating: tracker.0036_more, for 0 s" in caplog.text


def test_assets_of_other_code_are_said(settings: Any, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path / "none"
    assert refusal() == "The assets are not those of this code. Run: bin/setup production"


def test_a_folder_that_cannot_be_written_and_a_backup_that_fails_are_said(
    cast: Cast, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*more: Any, **options: Any) -> None:
        raise CommandError("pg_dump is not there.")

    monkeypatch.setattr(f"{COMMAND}.call_command", refuse)
    settings.MIGRATE = True
    assert refusal() == "pg_dump is not there."
    (tmp_path / "backups").rmdir()
    (tmp_path / "backups").touch()
    assert "File exists" in refusal()
    settings.VAR_DIR = tmp_path / "none"
    assert refusal().startswith(f"{tmp_path}/none cannot be written.")


def test_of_several_at_once_one_migrates() -> None:
    """The second one waits until the first is done, and finds nothing to do."""
    done: list[str] = []
    first_is_in = threading.Event()

    def second() -> None:
        first_is_in.wait(5)
        with prepare._alone():
            done.append("second")

    thread = threading.Thread(target=second)
    thread.start()
    with prepare._alone():
        first_is_in.set()
        thread.join(0.2)
        done.append("first")
    thread.join()
    assert done == ["first", "second"]
