from collections.abc import Collection, Iterator, Sequence
from itertools import count

# The programme names its groups after plants.
PLANTS = (
    "Acacia", "Alder", "Aspen", "Aster", "Basil", "Birch", "Borage", "Bramble", "Briar", "Broom", "Camellia", "Cedar",
    "Chicory", "Clover", "Cypress", "Dahlia", "Elder", "Fennel", "Fern", "Fig", "Foxglove", "Ginkgo", "Hazel",
    "Heather", "Hibiscus", "Holly", "Hyssop", "Iris", "Ivy", "Jasmine", "Juniper", "Larch", "Laurel", "Lavender",
    "Lichen", "Lilac", "Linden", "Lotus", "Lupin", "Magnolia", "Mallow", "Maple", "Mimosa", "Mint", "Myrtle", "Nettle",
    "Oleander", "Olive", "Oregano", "Palm", "Peony", "Pine", "Poplar", "Poppy", "Quince", "Reed", "Rosemary", "Rowan",
    "Rush", "Sage", "Sequoia", "Sorrel", "Spruce", "Sumac", "Tamarind", "Tansy", "Thistle", "Thyme", "Verbena",
    "Violet", "Willow", "Yarrow", "Yew", "Zinnia",
)  # fmt: skip


def free_names(in_use: Collection[str]) -> Iterator[str]:
    """Yield names for new groups without end: unused plants first, then plants with a number."""
    used = {name.casefold() for name in in_use}
    for number in count(1):
        for plant in PLANTS:
            name = plant if number == 1 else f"{plant} {number}"
            if name.casefold() not in used:
                yield name


def shared_out[Person](people: Sequence[Person], size: int) -> list[list[Person]]:
    """Split people, in their order, into groups. Group sizes differ by one at most.

    Sizes are as close to `size` as possible, and at most one above it: 7 people make 4 and 3, 8 people make 3, 3 and 2.
    Raises ValueError for a size below 1.
    """
    if size < 1:
        raise ValueError("A group has a size of 1 or more.")
    if not people:
        return []
    groups = max(1, round(len(people) / size))
    while -(-len(people) // groups) > size + 1:
        groups += 1
    small, larger = divmod(len(people), groups)
    shared, start = [], 0
    for n in range(groups):
        end = start + small + (n < larger)
        shared.append(list(people[start:end]))
        start = end
    return shared
