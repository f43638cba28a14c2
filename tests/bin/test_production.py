"""bin/production gives a command the variables of .env, taken as they stand."""

import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of its own, so that no .env of the one who tests is read."""
    (tmp_path / "bin").mkdir()
    shutil.copy(TOP / "bin/production", tmp_path / "bin/production")
    return tmp_path


def run(folder: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [folder / "bin/production", *command],
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_takes_values_as_they_stand(folder: Path) -> None:
    (folder / ".env").write_text(
        "# the sender\nDEFAULT_FROM_EMAIL=Trefoil <trefoil@example.org>\n\nSECRET_KEY=a$HOME`id`\"b'=c"
    )
    said = run(folder, "sh", "-c", 'echo "$DEFAULT_FROM_EMAIL|$SECRET_KEY|$DEBUG"', HOME="/home/ana")
    assert said.stdout == "Trefoil <trefoil@example.org>|a$HOME`id`\"b'=c|0\n"


def test_production_lets_the_environment_win(folder: Path) -> None:
    (folder / ".env").write_text("PORT=8000\nDEBUG=1\n")
    said = run(folder, "sh", "-c", 'echo "$PORT|$DEBUG"', PORT="9000")
    assert said.stdout == "9000|0\n"


def test_production_runs_without_a_file(folder: Path) -> None:
    assert run(folder, "sh", "-c", 'echo "$DEBUG"; exit 3').returncode == 3


def test_production_refuses_a_line_it_does_not_understand(folder: Path) -> None:
    (folder / ".env").write_text("PORT=8000\nSECRET_KEY: three-leaves\n")
    said = run(folder, "true")
    assert said.returncode == 1
    assert said.stderr == ".env has a line that is not NAME=value: number 2\n"


@pytest.mark.skipif(os.geteuid() == 0, reason="The administrator may read everything.")
def test_production_says_whose_a_file_must_be(folder: Path) -> None:
    (folder / ".env").touch(mode=0o000)
    said = run(folder, "true")
    assert said.returncode == 1
    assert said.stderr.startswith(".env cannot be read by ")


def test_what_production_writes_is_for_its_owner_alone(folder: Path) -> None:
    assert run(folder, "sh", "-c", "echo > var.sqlite3").returncode == 0
    assert stat.S_IMODE((folder / "var.sqlite3").stat().st_mode) == 0o600
