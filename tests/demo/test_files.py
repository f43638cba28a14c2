from pathlib import Path

import pytest

from demo import files


def test_read_all_puts_files_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_FOLDER", tmp_path)
    (tmp_path / "now").mkdir()
    (tmp_path / "now" / "a.toml").write_text("[one]\nn = 1\n")
    (tmp_path / "now" / "b.toml").write_text("[two]\nn = 2\n")
    assert files.read_all("now") == {"one": {"n": 1}, "two": {"n": 2}}


def test_read_all_refuses_one_name_in_two_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_FOLDER", tmp_path)
    for name in ("a.toml", "b.toml"):
        (tmp_path / name).write_text("[one]\nn = 1\n")
    with pytest.raises(ValueError, match="one is twice"):
        files.read_all()
