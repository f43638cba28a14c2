"""What an import keeps as JSON: what its files were understood as, for its pages, and what people said of them."""

from typing import TypedDict


class ShownColumn(TypedDict):
    """A column of a tab; a hidden one shows its header alone until it is chosen.

    `unclear` is a day of it that may be two; `says` what it may hold at a milestone.
    """

    number: int
    letters: str
    header: str
    is_hidden: bool
    is_clashing: bool
    filled: int
    field: str
    unclear: str
    day_order: str
    says: list[str]


class ShownMark(TypedDict):
    key: str
    texts: list[str]
    count: int
    state: str


class ShownTab(TypedDict):
    """A tab, and as `more` how many others have its shape `key`: what is said of it holds for them, too.

    `first` are its first rows, of one that `is_unknown` from its top, else below the header: number and texts.
    """

    key: str
    name: str
    more: int
    gives: str
    missing: list[str]
    is_hidden: bool
    is_unknown: bool
    first: list[tuple[int, list[str]]]
    length: int
    kind: str
    kinds: list[tuple[str, str]]
    header: int
    rows: list[tuple[int, str]]
    last: int | None
    columns: list[ShownColumn]
    marks: list[ShownMark]


class ImportQuestion(TypedDict):
    """A clarification; its first `places`, and how many more there are."""

    key: str
    text: str
    places: list[str]
    more_places: int
    choices: list[tuple[str, str]]
    takes_email: bool
    suggested: str


class SaidOfTab(TypedDict, total=False):
    """Choices for tabs of one shape: each only if it was said. `header` is an index, `last` the number of a row.

    The others are the fields of columns and their `day_orders` by number, as text, and the states of `marks`.
    """

    kind: str
    header: int
    last: int | None
    columns: dict[str, str]
    day_orders: dict[str, str]
    marks: dict[str, str]


class ImportOptions(TypedDict, total=False):
    """What people said: days by address, tabs by shape, answers by key, and labels of the proposals they `turned`.

    `sent` is how often the page of what is what was sent.
    """

    starts_on: str | None
    days: dict[str, str]
    is_inviting: bool
    tabs: dict[str, SaidOfTab]
    answers: dict[str, str]
    is_checked: bool
    sent: int
    pasted_for_nobody: list[str]
    turned: list[str]
