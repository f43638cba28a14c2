from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of the bars. `share` is a percentage of the longest bar, None if there is no number to draw."""

    label: str
    value_label: str
    share: float | None
    # The links of the number and of the label, "" for no link.
    url: str
    label_url: str = ""
    # The parent of the label, such as the milestone of a material.
    belongs_to: str = ""
    # "" keeps the space of the notes in other rows.
    note: str | None = None


@dataclass(frozen=True, slots=True)
class BarChart:
    """Bars with their table headings. `more` is folded behind a summary, `footnote` is below."""

    caption: str
    head: str
    value_head: str
    bars: tuple[Bar, ...]
    more: tuple[Bar, ...] = ()
    has_short_notes: bool = False
    footnote: str = ""
    # Shown instead of a chart without bars.
    empty_title: str = ""
    empty_text: str = ""
