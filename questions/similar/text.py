import re
from dataclasses import dataclass, replace

_NAMES_ERROR = re.compile(r"^.*(?:error|exception)\b.*$", re.IGNORECASE | re.MULTILINE)
_LONGEST_ERROR = 300


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


def with_error_in_title(text: Text) -> Text:
    """Return the text with the first line of its detail that names an error, if any, at the end of its title."""
    line = _NAMES_ERROR.search(text.detail)
    return replace(text, title=f"{text.title} {line[0][:_LONGEST_ERROR]}") if line else text
