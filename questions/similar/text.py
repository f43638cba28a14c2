from dataclasses import dataclass


@dataclass(frozen=True)
class Text:
    """The text of a question. Milestone and material are hints, never filters.

    `said` is the folded text of its title, detail and answers, as `questions.search.search_text` makes it; empty: its
    title and detail are all there is.
    """

    id: int
    title: str
    detail: str = ""
    milestone: int | None = None
    material: int | None = None
    said: str = ""
