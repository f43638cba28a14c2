from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of reading. A file that exceeds one is refused with a message, never cut off silently.

    `bytes` counts the uploaded file, `unpacked_bytes` the parts of a workbook once unpacked, `bytes_together` all files
    of an import.
    """

    bytes: int = 10_000_000
    bytes_together: int = 50_000_000
    rows: int = 50_000
    unpacked_bytes: int = 300_000_000
    columns: int = 100
    tabs: int = 60
    # Empty rows below a table take time to read as well.
    rows_with_empty_ones: int = 200_000
    # Between two rows, or in a part that is read in one go. Real workbooks stay far below.
    bytes_of_a_row: int = 8_000_000
    tags_of_a_row: int = 100_000
    bytes_of_texts: int = 60_000_000
    tags_of_texts: int = 1_500_000
    bytes_of_a_part: int = 10_000_000
    tags_of_a_part: int = 150_000
    tags: int = 6_000_000
    # Of a course outline.
    bytes_of_outlines: int = 500_000
    topics: int = 500
    # An import asks no more than people can answer and a page can hold.
    questions: int = 500


LIMITS = Limits()


def size_label(count: int) -> str:
    """A number of bytes for people: "10 MB"."""
    return f"{count / 1_000_000:,.0f} MB" if count >= 1_000_000 else f"{max(count // 1_000, 1)} kB"
