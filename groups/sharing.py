from collections.abc import Collection, Iterator
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


def group_sizes(count: int, size: int) -> list[int]:
    """Return the sizes of the groups of so many people, as even as can be, none above `size` + 1.

    Those left over make groups one larger, before there are groups one smaller: 31 people make nine groups of 3 and one
    of 4, 5 people make groups of 3 and 2. Raises ValueError for a size below 1.
    """
    if size < 1:
        raise ValueError("A group has a size of 1 or more.")
    if not count:
        return []
    groups = max(1, count // size)
    while groups * (size + 1) < count:
        groups += 1
    small, larger = divmod(count, groups)
    return [small + (n < larger) for n in range(groups)]
