from dataclasses import dataclass


@dataclass(frozen=True)
class Text:
    """The text of a question. Milestone and material are hints, never filters."""

    id: int
    title: str
    detail: str = ""
    milestone: int | None = None
    material: int | None = None
