import csv
import io
import tracemalloc
from collections.abc import Iterator

from lib.csv_lines import csv_lines
from sheets.reading import Limits, read_file


def test_file_is_utf_8_with_a_mark_and_excels_line_ends() -> None:
    assert b"".join(csv_lines(["Name", "Done"], [["Sá; João", True]])) == (
        b"\xef\xbb\xbfName,Done\r\nS\xc3\xa1; Jo\xc3\xa3o,TRUE\r\n"
    )


def test_separators_quotes_and_lines_stay_in_their_cell() -> None:
    row = ['say "hi", then\n=1+1', "a;b\tc"]
    content = b"".join(csv_lines(["What", "More"], [row]))
    shown = ['say "hi", then\n\'=1+1', "a;b\tc"]
    assert list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))[1] == shown
    assert read_file("x.csv", content, Limits())[0].rows[1].cells == tuple(row)


def test_no_row_is_taken_before_it_is_needed() -> None:
    taken = []

    def rows() -> Iterator[list[str]]:
        for number in range(250):
            taken.append(number)
            yield [str(number)]

    parts = csv_lines(["Number"], rows())
    next(parts)
    assert taken == []
    next(parts)
    assert len(taken) == 100
    assert b"".join(parts).splitlines()[-1] == b"249"


def test_memory_stays_flat() -> None:
    def rows(count: int) -> Iterator[list[str]]:
        return ([f"row {number}", "x" * 1_000] for number in range(count))

    def peak(count: int) -> int:
        tracemalloc.start()
        for _ in csv_lines(["Row", "Text"], rows(count)):
            pass
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(10)
    assert peak(10_000) < 2 * peak(500)
