import io
import tracemalloc
import zipfile

import pytest

from lib.archive import archive_parts, file_stem


def test_files_of_the_archive_are_those_given() -> None:
    parts = list(
        archive_parts([("Clover.xlsx", b"one"), ("clover.xlsx", b"two"), ("Juniper.xlsx", b"three")])
    )
    assert len(parts) == 4
    archive = zipfile.ZipFile(io.BytesIO(b"".join(parts)))
    assert archive.testzip() is None
    assert {name: archive.read(name) for name in archive.namelist()} == {
        "Clover.xlsx": b"one",
        "clover 2.xlsx": b"two",
        "Juniper.xlsx": b"three",
    }


def test_archive_of_nothing_is_an_archive() -> None:
    assert zipfile.ZipFile(io.BytesIO(b"".join(archive_parts([])))).namelist() == []


def test_memory_stays_flat() -> None:
    def peak(count: int) -> int:
        tracemalloc.start()
        for _ in archive_parts((f"{number}.xlsx", bytes(100_000)) for number in range(count)):
            pass
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    assert peak(300) < 2 * peak(5)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Clover", "Clover"),
        ("../../etc/passwd", "etc passwd"),
        ('a<b>:"c"|?*', "a b c"),
        ("Grupo São João 🍀", "Grupo São João 🍀"),
        ("a\nb\x00", "a b"),
        ("...", "Group"),
        ("x" * 300, "x" * 100),
    ],
)
def test_file_stem_has_nothing_that_a_file_system_refuses(name: str, expected: str) -> None:
    assert file_stem(name) == expected
