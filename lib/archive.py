"""Streams several files as one ZIP; only one file is in memory at a time."""

import io
import zipfile
from collections.abc import Iterable, Iterator

CONTENT_TYPE = "application/zip"
_MUCH = 64_000  # bytes


class _Pipe(io.RawIOBase):
    """Holds written bytes until they are drained; like a socket it cannot seek."""

    def __init__(self) -> None:
        self._held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, some: bytes) -> int:  # type: ignore[override]
        self._held += some
        return len(some)

    def holds_much(self) -> bool:
        return len(self._held) > _MUCH

    def drain(self) -> bytes:
        some = bytes(self._held)
        self._held.clear()
        return some


def archive_parts(files: Iterable[tuple[str, bytes | Iterable[bytes]]]) -> Iterator[bytes]:
    """The ZIP of the files (name, content), one part per file, several of a long one. Repeated names get a number."""
    pipe = _Pipe()
    used_names: set[str] = set()
    # Workbooks are compressed already.
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files:
            with archive.open(_unused_name(name, used_names), "w", force_zip64=True) as file:
                for part in [content] if isinstance(content, bytes) else content:
                    file.write(part)
                    if pipe.holds_much():
                        yield pipe.drain()
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
    kept = "".join(letter if letter.isprintable() and letter not in '<>:"/\\|?*' else " " for letter in name)
    return " ".join(kept.split()).strip(" .")[:100] or "Group"
