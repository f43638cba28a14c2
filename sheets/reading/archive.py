"""Counts a workbook's parts (a zip of XML) while they are unpacked, so that a small file cannot become a huge one."""

import zipfile
from typing import IO, Any

from sheets.reading.limits import Limits, size_label
from sheets.reading.problems import UnreadableFile

_MOST_PARTS = 5_000


class BoundedPart:
    """A part of the archive that fails with a message when it is read beyond its limits.

    The XML parser keeps one row of a tab in memory at a time, but all of any other part. So tabs are counted per row
    and other parts as a whole. Tags are counted as bytes "<": an element costs memory even when it is empty.
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
        # A part that is read in one go is unpacked up to its limit only.
        chunk = self.source.read(min(size, self.most_bytes + 1) if size >= 0 else self.most_bytes + 1)
        tags = chunk.count(b"<")
        self.bytes += len(chunk)
        self.tags += tags
        self.archive.tags_left -= tags
        if self.bytes > self.most_bytes or self.tags > self.most_tags or self.archive.tags_left < 0:
            raise UnreadableFile(
                f"{self.what} is far larger than anything a course needs. Copy what you need into a new workbook"
                " and upload that."
            )
        return chunk

    def row_begins(self) -> None:
        """Reset the counts: the XML of the previous row has been freed."""
        self.bytes = self.tags = 0

    def close(self) -> None:
        self.source.close()

    def __enter__(self) -> "BoundedPart":
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


class BoundedArchive(zipfile.ZipFile):
    """The zip of a workbook; each part is read as a `BoundedPart`."""

    def __init__(self, source: IO[bytes], *, name: str, limits: Limits) -> None:
        super().__init__(source)
        self.source = source
        self.of = name
        self.limits = limits
        # For all parts together, since it decides how long reading takes.
        self.tags_left = limits.tags
        # The path of the part with the texts of all cells; openpyxl finds it.
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
    """Refuse an archive that is too big to unpack, or not a workbook, before anything is unpacked.

    A part is never unpacked beyond the size that the archive declares for it, so the declared sizes bound the real
    ones.
    """
    parts = archive.infolist()
    names = {part.filename.lower() for part in parts}
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > _MOST_PARTS or unpacked > limits.unpacked_bytes:
        raise UnreadableFile(
            f"“{name}” would unpack to {size_label(unpacked)}; the limit is {size_label(limits.unpacked_bytes)}."
            " Copy what you need into a new workbook and upload that."
        )
    for is_so, why in (
        (any(part.flag_bits & 1 for part in parts), "is protected by a password. Remove the password"),
        (
            any(part.endswith("vbaproject.bin") for part in names),
            "contains macros, which Trefoil does not accept. Save it as .xlsx without macros",
        ),
        ("mimetype" in names, "is an OpenDocument file. Save it as .xlsx or .csv"),
        (
            any(part.endswith("workbook.bin") for part in names),
            "is a binary workbook (.xlsb). Save it as .xlsx",
        ),
        (
            "[content_types].xml" not in names or not any(part.endswith("workbook.xml") for part in names),
            "is not a workbook. Save it as .xlsx or .csv in your spreadsheet",
        ),
    ):
        if is_so:
            raise UnreadableFile(f"“{name}” {why} and upload it again.")
