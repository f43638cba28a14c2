"""From a figure of the trends to the questions it counts: what the address of the list of questions says for it.

    DrillDown(course="llm", cohorts=(3,), since=monday, until=sunday, milestone=7).query

The list shows the questions (originals) that were asked so, and how many asks there are of each in this view. Of a
mentor it counts what the trends count: asks of the groups that they mentor or did.
"""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

# In the address: a milestone or a material, or a category, that nobody named.
NOTHING = 0
NO_CATEGORY = "none"


class Lack(StrEnum):
    """Why nobody could answer from the material."""

    ANY = "any"
    UNCLEAR = "unclear"
    WRONG = "wrong"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class DrillDown:
    """The questions behind a figure; None, () and "" leave it wide.

    `since` and `until` are days; asks count by whole weeks, from the one of `since` to the one of `until`.
    `is_first_ask`: only questions whose own first ask lies in the view, as times to the answer count them.
    `has_answer`: whether a first answer was given. `is_waiting`: open or for follow-up today, and `open_from` to
    `open_to` days old, both included.
    """

    course: str
    cohorts: tuple[int, ...] = ()
    since: date | None = None
    until: date | None = None
    milestone: int | None = None
    material: int | None = None
    category: str = ""
    group: int | None = None
    topic: int | None = None
    is_first_ask: bool = False
    has_answer: bool | None = None
    is_waiting: bool = False
    open_from: int | None = None
    open_to: int | None = None
    lack: Lack | None = None

    @property
    def query(self) -> str:
        """The query string of the list, without "?"."""
        pairs: list[tuple[str, object]] = [("course", self.course)]
        pairs += [("cohort", pk) for pk in self.cohorts]
        pairs += [
            (name, value)
            for name, value in (
                ("since", self.since),
                ("until", self.until),
                ("milestone", self.milestone),
                ("material", self.material),
                ("category", self.category),
                ("group", self.group),
                ("topic", self.topic),
                ("first", "yes" if self.is_first_ask else ""),
                ("answer", "" if self.has_answer is None else "yes" if self.has_answer else "no"),
                ("status", "waiting" if self.is_waiting else ""),
                ("open-from", self.open_from),
                ("open-to", self.open_to),
                ("lack", self.lack),
            )
            if value not in (None, "")
        ]
        return urlencode(pairs)

    def narrowed(self, **changes: Any) -> str:
        """The query string with some of it said otherwise."""
        return replace(self, **changes).query
