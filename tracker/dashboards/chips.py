from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """A fact in a few words; `tone` is a tone of components/chip.html."""

    text: str
    tone: str = "quiet"
