import subprocess
from pathlib import Path
from typing import Any

import pytest

from lib import version


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    """Where the code is."""
    settings.BASE_DIR, settings.VERSION = tmp_path, "1.2.3"
    return tmp_path


def said() -> str:
    version.commit.cache_clear()
    try:
        return version.version_and_commit()
    finally:
        version.commit.cache_clear()


def git(folder: Path, *arguments: str) -> str:
    who = ["-c", "user.name=Ana", "-c", "user.email=ana@example.com"]
    done = subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True, text=True)  # noqa: S603, S607
    return done.stdout.strip()


def test_commit_is_that_of_the_checkout(folder: Path) -> None:
    (folder / "COMMIT").write_text("0123456789abcdef\n")
    git(folder, "init", "--quiet")
    git(folder, "commit", "--quiet", "--allow-empty", "--message=First")
    assert said() == f"1.2.3, commit {git(folder, 'rev-parse', 'HEAD')[:8]}"


def test_without_git_a_file_says_the_commit(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert said() == "1.2.3"
    (folder / "COMMIT").write_text("0123456789abcdef\n")
    assert said() == "1.2.3, commit 01234567"
    # A checkout on a machine that has no git.
    (folder / ".git").mkdir()
    monkeypatch.setenv("PATH", "")
    assert said() == "1.2.3, commit 01234567"
