"""Several files as one ZIP that is sent while it is made: no more than one file is held at a time."""

import io
import zipfile
from collections.abc import Iterable, Iterator

CONTENT_TYPE = "application/zip"


class _Pipe(io.RawIOBase):
    """Takes what is written until it is taken out; like a socket it cannot go back."""

    def __init__(self) -> None:
        self._held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, some: bytes) -> int:  # type: ignore[override]
        self._held += some
        return len(some)

    def drain(self) -> bytes:
        some = bytes(self._held)
        self._held.clear()
        return some


def archive_parts(files: Iterable[tuple[str, bytes]]) -> Iterator[bytes]:
    """The ZIP of these files, by name and content, a part for each. A name that is there already gets a number."""
    pipe = _Pipe()
    used_names: set[str] = set()
    # Workbooks are ZIPs themselves: packing them again gains nothing.
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files:
            archive.writestr(_unused_name(name, used_names), content)
            yield pipe.drain()
    yield pipe.drain()


def _unused_name(name: str, used_names: set[str]) -> str:
    stem, dot, ending = name.rpartition(".")
    free, number = name, 1
    while free.lower() in used_names:
        number += 1
        free = f"{stem or ending} {number}{dot}{ending if stem else ''}"
    used_names.add(free.lower())
    return free


def file_stem(name: str) -> str:
    """A name for a file: without what file systems refuse in one, not endless."""
    kept = "".join(letter if letter.isprintable() and letter not in '<>:"/\\|?*' else " " for letter in name)
    return " ".join(kept.split()).strip(" .")[:100] or "Group"
