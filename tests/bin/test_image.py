"""bin/image names an image by the version and commit of what it is built from."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
ENGINE = """#!/bin/sh
printf '%s\\n' "$@" > built-with
"""


def run(folder: Path, *command: str, path: str = "") -> subprocess.CompletedProcess[str]:
    environ = {"PATH": path or f"{folder / 'engines'}:{os.environ['PATH']}", "HOME": str(folder)}
    return subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, check=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("bin/image", "pyproject.toml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(TOP / name, tmp_path / name)
    (tmp_path / "engines").mkdir()
    (tmp_path / "engines/podman").write_text(ENGINE)
    (tmp_path / "engines/podman").chmod(0o700)
    (tmp_path / ".gitignore").write_text("built-with\n")
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "trefoil"\nversion = "1.2.3"\n')
    for command in (
        ("git", "init", "-q"),
        ("git", "add", "."),
        ("git", "-c", "user.name=Ana", "-c", "user.email=ana@example.org", "commit", "-qm", "First"),
    ):
        assert run(tmp_path, *command).returncode == 0
    return tmp_path


def test_the_name_says_version_and_commit(folder: Path) -> None:
    commit = run(folder, "git", "rev-parse", "HEAD").stdout.strip()
    done = run(folder, "bin/image", "--pull")
    name = f"trefoil:1.2.3-{commit[:8]}"
    assert (done.returncode, done.stdout) == (0, f"{name}\n")
    words = (folder / "built-with").read_text().split()
    assert (words[0], words[-2:]) == ("build", ["--pull", "."])
    assert {f"COMMIT={commit}", name, "trefoil:latest", "org.opencontainers.image.version=1.2.3"} <= set(
        words
    )


def test_what_is_not_committed_is_not_built(folder: Path) -> None:
    (folder / "pyproject.toml").write_text("")
    done = run(folder, "bin/image")
    assert (done.returncode, "Commit or remove" in done.stderr) == (1, True)
    assert not (folder / "built-with").exists()


def test_a_missing_engine_is_named(folder: Path) -> None:
    done = run(folder, "env", "ENGINE=nerdctl", "bin/image")
    assert (done.returncode, done.stderr) == (1, "None of these is here: nerdctl.\n")
