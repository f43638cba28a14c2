from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a file is read. What is above a limit is refused with a message, never cut off silently.

    `bytes` are those of the file as given, `unpacked_bytes` those of a workbook's parts once unpacked.
    """

    bytes: int = 10_000_000
    rows: int = 50_000
    unpacked_bytes: int = 300_000_000
    columns: int = 100
    tabs: int = 60
    # Prepared rows below a table hold nothing, and still cost time.
    rows_with_empty_ones: int = 200_000
    # Between two rows, or in a part that is read as a whole: none of a real workbook comes near.
    bytes_of_a_row: int = 8_000_000
    tags_of_a_row: int = 100_000
    bytes_of_texts: int = 60_000_000
    tags_of_texts: int = 1_500_000
    bytes_of_a_part: int = 10_000_000
    tags_of_a_part: int = 150_000
    tags: int = 6_000_000
    # Of an outline.
    bytes_of_outlines: int = 500_000
    topics: int = 500


def size_label(count: int) -> str:
    """Bytes as people say them: "10 MB"."""
    return f"{count / 1_000_000:,.0f} MB" if count >= 1_000_000 else f"{max(count // 1_000, 1)} kB"
