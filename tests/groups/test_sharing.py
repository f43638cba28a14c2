from itertools import islice

import pytest

from groups.sharing import PLANTS, free_names, shared_out


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
        (8, 3, [3, 3, 2]),
        (10, 3, [4, 3, 3]),
        (3, 1, [1, 1, 1]),
        (3, 2, [2, 1]),
        (7, 5, [4, 3]),
        (13, 12, [13]),
    ],
)
def test_shared_out_keeps_groups_alike(people: int, size: int, sizes: list[int]) -> None:
    shared = shared_out(range(people), size)
    assert [len(group) for group in shared] == sizes
    assert [person for group in shared for person in group] == list(range(people))


@pytest.mark.parametrize("size", range(1, 13))
def test_shared_out_never_goes_over_the_size_by_more_than_one(size: int) -> None:
    for people in range(1, 120):
        sizes = [len(group) for group in shared_out(range(people), size)]
        assert max(sizes) <= size + 1
        assert max(sizes) - min(sizes) <= 1


def test_shared_out_refuses_a_size_of_none() -> None:
    with pytest.raises(ValueError, match="size of 1 or more"):
        shared_out([1], 0)


def test_free_names_pass_over_what_is_taken_in_any_case() -> None:
    assert list(islice(free_names(["acacia", "Aspen", "The Owls"]), 3)) == ["Alder", "Aster", "Basil"]


def test_free_names_never_end() -> None:
    names = list(islice(free_names(["Acacia 2"]), 2 * len(PLANTS)))
    assert len(set(names)) == len(names)
    assert names[len(PLANTS)] == "Alder 2"
