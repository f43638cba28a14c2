from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of bars. `share` is a percentage of the longest bar, None if there is no number to draw."""

    label: str
    value_label: str
    share: float | None
    # The links of the number and of the label, "" for no link.
    url: str = ""
    label_url: str = ""
    # "" keeps the space of the notes in other rows.
    note: str | None = None
    # The percentage that is of this week, if it is drawn apart.
    part: float | None = None


@dataclass(frozen=True, slots=True)
class BarChart:
    """Bars with their table headings, and a footnote below."""

    caption: str
    head: str
    value_head: str
    bars: tuple[Bar, ...]
    has_short_notes: bool = False
    footnote: str = ""
