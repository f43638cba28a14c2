"""Numbers as bars, for components/bars.html."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of the bars. `share` is a percentage of the longest one, None where there is no number to draw."""

    label: str
    value_label: str
    share: float | None
    # Where a click on the number and on the label leads; "" leads nowhere.
    url: str
    label_url: str = ""
    # What the label belongs to: the milestone of a material.
    belongs_to: str = ""
    # "" keeps the room that the notes of other rows take.
    note: str | None = None


@dataclass(frozen=True, slots=True)
class BarChart:
    """Bars with the heads of their table. `more` are folded behind a summary; `footnote` is below."""

    caption: str
    head: str
    value_head: str
    bars: tuple[Bar, ...]
    more: tuple[Bar, ...] = ()
    has_short_notes: bool = False
    footnote: str = ""
    # Shown instead of the chart where it has no bars.
    empty_title: str = ""
    empty_text: str = ""
