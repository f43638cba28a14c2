"""A migration whose tables others use is tried again, and says what to do if that does not end."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from subprocess import PIPE, STDOUT, Popen
from sys import executable
from time import monotonic, sleep
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import OperationalError

from backup.management.commands.migrate import Command
from tests.backup.conftest import Installation
from tests.backup.conftest import empty as empty
from tests.upgrading.databases import session
from tests.upgrading.kept import ARCHIVES, KIND, lay_down

pytestmark = pytest.mark.django_db
# pytest-django puts another one into its place.
OF_DJANGO = Command.__base__
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'questions_question'::regclass"


@contextmanager
def migrating(there: Installation) -> Iterator[Popen[str]]:
    process = Popen(
        [executable, "manage.py", "migrate"],
        cwd=settings.BASE_DIR,
        env=there.environment(),
        stdout=PIPE,
        stderr=STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@pytest.mark.skipif(
    KIND == "sqlite", reason="There one writes at a time, and nobody waits while they hold something."
)
@pytest.mark.parametrize("archive", ARCHIVES, ids=lambda path: path.name)
def test_who_holds_what_a_migration_waits_for_gets_what_it_holds(
    archive: Any, empty: Callable[[str], Installation], tmp_path: Any
) -> None:
    there = empty("old")
    lay_down(archive, there, tmp_path)
    assert "questions.0018" in there.manage("migrate", "questions", "0018")
    with session(there.url.rpartition("/")[2]) as request, session(there.url.rpartition("/")[2]) as look:
        # As who asks a question, and is about to place it.
        request.execute("BEGIN")
        request.execute("LOCK TABLE questions_question IN ROW EXCLUSIVE MODE")
        with migrating(there) as process:
            until = monotonic() + 180
            while look.execute(WAITING) or look.fetchone() == (0,):
                assert monotonic() < until
                sleep(0.01)
            sleep(1)
            request.execute("SELECT count(*) FROM questions_placement")
            assert request.fetchone()[0] > 0
            request.execute("COMMIT")
            said, _ = process.communicate(timeout=120)
    assert process.returncode == 0, said
    assert "Others use the tables of " in said
    assert there.read("SELECT count(*) FROM questions_placement WHERE likeness > 0") == [(0,)]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        ("deadlock detected", "40P01"),
        ("canceling statement due to lock timeout", "55P03"),
        ("database is locked", ""),
    ],
)
def test_a_migration_that_others_never_let_in_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, error: str, code: str
) -> None:
    tries: list[int] = []
    cause: Any = type("Cause", (Exception,), {"pgcode": code})()

    def handle(self: Command, *more: Any, **options: Any) -> None:
        tries.append(1)
        self._doing = "tracker.0036_more"
        raise OperationalError(error) from cause

    monkeypatch.setattr(OF_DJANGO, "handle", handle)
    monkeypatch.setattr("backup.management.commands.migrate.time.sleep", lambda seconds: None)
    with pytest.raises(CommandError) as refused:
        call_command("migrate")
    assert str(refused.value) == (
        "Others use the tables of tracker.0036_more, which was tried 9 times. What comes before it is migrated. "
        "Send HUP again, or stop Trefoil and start it."
    )
    assert len(tries) == 9
    assert "Others use the tables of tracker.0036_more: tried again in 15 s." in caplog.text


def test_what_else_goes_wrong_is_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def handle(self: Command, *more: Any, **options: Any) -> None:
        raise OperationalError("out of memory")

    monkeypatch.setattr(OF_DJANGO, "handle", handle)
    with pytest.raises(OperationalError, match="out of memory"):
        call_command("migrate")


def test_on_sqlite_others_write_between_two_migrations(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    # When it began; when each of three has begun and ended; when the pause was over.
    moments = iter([0.0, 0.4, 0.9, 0.9, 1.3, 1.6, 1.6, 2.5])
    clock = SimpleNamespace(monotonic=lambda: next(moments), sleep=slept.append)
    monkeypatch.setattr("backup.management.commands.migrate.time", clock)
    command = Command()
    command.verbosity = 0
    command._paused_at = clock.monotonic()
    pauses = []
    for name in ("one", "two", "three"):
        command.migration_progress_callback("apply_start", name)
        command.migration_progress_callback("apply_success", name)
        pauses.append(len(slept))
    # Longer than who waits sleeps between two looks.
    assert (pauses, slept[0] > 0.1) == ([0, 1, 1], True)
