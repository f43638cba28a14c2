"""A workbook is a zip of XML: its parts are counted while they are unpacked, so no small file becomes a huge one."""

import zipfile
from typing import IO, Any

from sheets.reading.limits import Limits, size_label
from sheets.reading.problems import UnreadableFile

_MOST_PARTS = 5_000


class BoundedPart:
    """A part of the archive while it is read. Beyond its limits reading fails with a message.

    XML is kept in memory from one row to the next, so what counts for a tab is what lies between two rows, and for
    other parts all of it. Tags are counted as bytes "<": an element costs memory even when it is empty.
    """

    def __init__(
        self, source: IO[bytes], what: str, *, most_bytes: int, most_tags: int, archive: "BoundedArchive"
    ) -> None:
        self.source = source
        self.what = what
        self.most_bytes, self.most_tags = most_bytes, most_tags
        self.archive = archive
        self.bytes = self.tags = 0

    def read(self, size: int = -1) -> bytes:
        # A part that is read as a whole is unpacked no further than its limit.
        chunk = self.source.read(min(size, self.most_bytes + 1) if size >= 0 else self.most_bytes + 1)
        tags = chunk.count(b"<")
        self.bytes += len(chunk)
        self.tags += tags
        self.archive.tags_left -= tags
        if self.bytes > self.most_bytes or self.tags > self.most_tags or self.archive.tags_left < 0:
            raise UnreadableFile(
                f"{self.what} is far larger than what a course keeps. Copy what is needed into a new workbook and give"
                " that."
            )
        return chunk

    def row_begins(self) -> None:
        """Forget what was counted: the XML of the row before is let go."""
        self.bytes = self.tags = 0

    def close(self) -> None:
        self.source.close()

    def __enter__(self) -> "BoundedPart":
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


class BoundedArchive(zipfile.ZipFile):
    """The zip of a workbook, every part of which is read as a `BoundedPart`."""

    def __init__(self, source: IO[bytes], *, name: str, limits: Limits) -> None:
        super().__init__(source)
        self.source = source
        self.of = name
        self.limits = limits
        # What all parts may have together: the time that reading takes goes with it.
        self.tags_left = limits.tags
        # The part with the texts of all cells; openpyxl finds out which one it is.
        self.texts = ""

    def open(self, name: Any, mode: Any = "r", pwd: bytes | None = None, **more: Any) -> Any:
        limits = self.limits
        path = str(getattr(name, "filename", name))
        source = super().open(name, mode, pwd, **more)
        if path == self.texts:
            what, most_bytes, most_tags = "The text", limits.bytes_of_texts, limits.tags_of_texts
        elif "worksheets/" in path and not path.endswith(".rels"):
            what, most_bytes, most_tags = "A row", limits.bytes_of_a_row, limits.tags_of_a_row
        else:
            what, most_bytes, most_tags = (
                f"A part ({path[:60]})",
                limits.bytes_of_a_part,
                limits.tags_of_a_part,
            )
        label = f"{what} of “{self.of}”"
        return BoundedPart(source, label, most_bytes=most_bytes, most_tags=most_tags, archive=self)


def check_archive(archive: BoundedArchive, name: str, limits: Limits) -> None:
    """Refuse what must not be unpacked, and what is no workbook, before anything is unpacked.

    A part is never unpacked beyond the size that the archive declares for it, so these bound the real sizes.
    """
    parts = archive.infolist()
    names = {part.filename.lower() for part in parts}
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > _MOST_PARTS or unpacked > limits.unpacked_bytes:
        raise UnreadableFile(
            f"“{name}” would unpack to {size_label(unpacked)}; {size_label(limits.unpacked_bytes)} at most are"
            " unpacked. Copy what is needed into a new workbook and give that."
        )
    if any(part.flag_bits & 1 for part in parts):
        raise UnreadableFile(f"“{name}” is protected by a password. Take it off and give the file again.")
    if any(part.endswith("vbaproject.bin") for part in names):
        raise UnreadableFile(
            f"“{name}” holds macros, which Trefoil does not take. Save it as .xlsx, without macros, and give that."
        )
    if "mimetype" in names:
        raise UnreadableFile(f"“{name}” is an OpenDocument file. Save it as .xlsx or .csv and give that.")
    if any(part.endswith("workbook.bin") for part in names):
        raise UnreadableFile(f"“{name}” is a binary workbook (.xlsb). Save it as .xlsx and give that.")
    if "[content_types].xml" not in names or not any(part.endswith("workbook.xml") for part in names):
        raise UnreadableFile(
            f"“{name}” is no workbook. Give a file that your spreadsheet saved as .xlsx or .csv."
        )
