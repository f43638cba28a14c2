from itertools import islice

import pytest

from groups.sharing import PLANTS, free_names, group_sizes


@pytest.mark.parametrize(
    ("people", "size", "sizes"),
    [
        (0, 3, []),
        (1, 3, [1]),
        (2, 3, [2]),
        (3, 3, [3]),
        (4, 3, [4]),
        (5, 3, [3, 2]),
        (6, 3, [3, 3]),
        (7, 3, [4, 3]),
        (8, 3, [4, 4]),
        (31, 3, [4, *[3] * 9]),
        (3, 1, [1, 1, 1]),
        (3, 2, [3]),
        (7, 5, [4, 3]),
        (13, 12, [13]),
    ],
)
def test_group_sizes_are_one_above_before_they_are_one_below(
    people: int, size: int, sizes: list[int]
) -> None:
    assert group_sizes(people, size) == sizes


def test_group_sizes_never_go_over_the_size_by_more_than_one() -> None:
    for size in range(1, 13):
        for people in range(1, 120):
            sizes = group_sizes(people, size)
            assert sum(sizes) == people
            assert max(sizes) <= size + 1
            assert max(sizes) - min(sizes) <= 1


def test_group_sizes_refuse_a_size_of_none() -> None:
    with pytest.raises(ValueError, match="size of 1 or more"):
        group_sizes(1, 0)


def test_free_names_pass_over_what_is_taken_in_any_case() -> None:
    assert list(islice(free_names(["acacia", "Aspen", "The Owls"]), 3)) == ["Alder", "Aster", "Basil"]


def test_free_names_never_end() -> None:
    names = list(islice(free_names(["Acacia 2"]), 2 * len(PLANTS)))
    assert len(set(names)) == len(names)
    assert names[len(PLANTS)] == "Alder 2"
