from dataclasses import dataclass


@dataclass(frozen=True)
class Text:
    """A question as it is compared; milestone and material are hints, never filters."""

    id: int
    title: str
    detail: str = ""
    milestone: int | None = None
    material: int | None = None
