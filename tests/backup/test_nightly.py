import logging
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from backup.nightly import Backups
from tests.conftest import NOW, TODAY


class Process:
    """Stands for the process that makes an archive."""

    def __init__(self, command: list[str]) -> None:
        self.command, self.is_over, self.returncode = command, False, 0
        self.said = "made\n"

    def poll(self) -> int | None:
        return self.returncode if self.is_over else None

    def communicate(self) -> tuple[str, None]:
        self.is_over = True
        return self.said, None


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[Process]:
    processes: list[Process] = []

    def begin(command: list[str], **how: Any) -> Process:
        processes.append(Process(command))
        return processes[-1]

    monkeypatch.setattr("backup.nightly.subprocess.Popen", begin)
    return processes


def test_one_backup_a_night_is_made_and_old_ones_go(
    begun: list[Process], tmp_path: Path, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    backups = Backups()
    assert (backups.begin_due(NOW), begun) == ("", [])
    settings.BACKUP_DIR = tmp_path
    old = [TODAY - timedelta(days=days) for days in range(1, 400)]
    for day in old:
        (tmp_path / f"trefoil-{day}.zip").touch()
    mine = tmp_path / "trefoil-before-the-exam.zip"
    mine.touch()
    assert backups.begin_due(NOW.replace(hour=1)) == ""
    file = tmp_path / "trefoil-2026-09-16.zip"
    assert backups.begin_due(NOW) == f"began {file}"
    assert begun[0].command[-2:] == ["backup", str(file)]
    # It is under way: no second one is begun, and nothing is removed before it is made.
    assert backups.begin_due(NOW) == ""
    begun[0].is_over, begun[0].returncode, begun[0].said = True, 1, "CommandError: The disk is full.\n"
    assert backups.begin_due(NOW) == ""
    assert caplog.messages == ["backups: CommandError: The disk is full."]
    assert backups.begin_due(NOW + timedelta(minutes=10)) == f"began {file}"
    backups.wait()
    backups.wait()
    said = [(record.levelname, record.getMessage()) for record in caplog.records]
    assert said == [("ERROR", "backups: CommandError: The disk is full."), ("INFO", "backups: made")]
    file.touch()
    assert len([*tmp_path.iterdir()]) == 401
    assert backups.begin_due(NOW) == "removed 384 of before"
    assert backups.begin_due(NOW) == ""
    week = [TODAY - timedelta(days=days) for days in range(7)]
    mondays = [date(2026, 9, 7), date(2026, 8, 31), date(2026, 8, 24)]
    months = [date(2026, month, 1) for month in (4, 5, 6, 7, 8, 9)]
    kept = {f"trefoil-{day}.zip" for day in (*week, *mondays, *months)}
    assert {path.name for path in tmp_path.iterdir()} == kept | {mine.name}
    assert len(begun) == 2
