import pytest

from trends.charts import level, named_every, number_label, place, room_of_scale, share, ticks


@pytest.mark.parametrize(
    ("top", "words"),
    [
        (0, ["0", "1"]),
        (1, ["0", "1"]),
        (3, ["0", "1", "2", "3"]),
        (7, ["0", "2", "4", "6", "8"]),
        (22, ["0", "5", "10", "15", "20", "25"]),
        (1_234, ["0", "500", "1,000", "1,500"]),
        (1_000_000, ["0", "200k", "400k", "600k", "800k", "1M"]),
    ],
)
def test_ticks_of_counts_are_round_and_whole(top: int, words: list[str]) -> None:
    assert [tick.label for tick in ticks(top)] == words


@pytest.mark.parametrize(
    ("top", "words"),
    [
        (0.3, ["0", "0.1", "0.2", "0.3"]),
        (0.02, ["0", "0.005", "0.01", "0.015", "0.02"]),
        (1.3, ["0", "0.5", "1", "1.5"]),
    ],
)
def test_ticks_of_rates_may_be_parts(top: float, words: list[str]) -> None:
    assert [tick.label for tick in ticks(top, is_whole=False)] == words


@pytest.mark.parametrize("top", [0, 0.7, 1, 9.9, 10, 99, 101, 12_345, 10**9])
def test_ticks_reach_the_top_in_at_most_five_steps(top: float) -> None:
    found = ticks(top, is_whole=False)
    assert found[0].value == 0
    assert found[-1].value >= top
    assert 2 <= len(found) <= 6


def test_ground_stands_below_and_the_top_above() -> None:
    # 24 of 224 pixels above, 28 below.
    assert (level(0, 8), level(8, 8)) == (87.5, 10.71)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "0"),
        (0.25, "0.25"),
        (40, "40"),
        (1_500, "1,500"),
        (12_400, "12.4k"),
        (999_950, "1M"),
        (1_240_000, "1.2M"),
    ],
)
def test_number_words_are_short(number: float, words: str) -> None:
    assert number_label(number) == words


@pytest.mark.parametrize(
    ("value", "top", "percent"),
    [(1.3, 2, 65), (2, 2, 100), (3, 2, 100), (0, 2, 0), (None, 2, 0), (1, 0, 0), (1, 1_000_000, 0.5)],
)
def test_share_of_the_longest_bar(value: float | None, top: float, percent: float) -> None:
    assert share(value, top) == percent


def test_places_stand_evenly_beside_the_scale() -> None:
    assert [place(n + 0.5, 4, 20) for n in range(4)] == [30, 50, 70, 90]
    assert room_of_scale(ticks(1_234)) > room_of_scale(ticks(7)) > 0


@pytest.mark.parametrize(
    ("count", "name", "steps"),
    [
        (0, "", (1, 1)),
        (1, "31 Aug", (1, 1)),
        (5, "31 Aug", (1, 1)),
        (6, "31 Aug", (1, 1)),
        (7, "31 Aug", (1, 2)),
        (13, "31 Aug", (1, 3)),
        (14, "31 Aug", (2, 4)),
        (40, "31 Aug", (4, 8)),
        (5, "Autumn 2026", (1, 2)),
        (2, "A name that leaves no room for another one beside it" * 3, (2, 2)),
    ],
)
def test_names_are_no_more_than_there_is_room_for(count: int, name: str, steps: tuple[int, int]) -> None:
    assert named_every([name] * count) == steps
