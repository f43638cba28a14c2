"""From a figure of the trends to the questions it counts: the query string of their page.

    DrillDown(course="llm", cohorts=(3,), since=monday, until=sunday, milestone=7).query

The page (`trends:asked`) lists those questions (originals), with the number of asks of each in this view. For mentors
it counts what the trends count: asks of the groups that they mentor or mentored.
"""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import QueryDict

from lib.ids import LARGEST, as_id
from questions.forms.question_filters import WAITING
from questions.models import Question

# Values in the address for no milestone or material, and for no category.
NOTHING = 0
NO_CATEGORY = "none"
# More days than any question stays open.
_MOST_DAYS = 36_500
# The range of days in an address: the weeks before and after must be valid dates.
EARLIEST, LATEST = date(2000, 1, 1), date(2999, 12, 31)


class Lack(StrEnum):
    ANY = "any"
    UNCLEAR = "unclear"
    WRONG = "wrong"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class DrillDown:
    """The questions behind a figure. None, () and "" mean no filter.

    `since` and `until` are days. Asks count by whole weeks, from the week of `since` to the week of `until`.

    Most figures count asks. Some count questions once, where and when they were first asked: those with
    `is_first_ask` or any of the fields after it. `has_answer`: whether a first answer was given. `is_waiting`: open or
    for follow-up today. `open_from`, `open_to`: asked that many whole days ago, both included. `is_undated`: nobody
    knows when they were asked.
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
    is_undated: bool = False

    @property
    def counts_questions(self) -> bool:
        narrowing = (self.has_answer, self.open_from, self.open_to, self.lack)
        return self.is_first_ask or self.is_waiting or any(value is not None for value in narrowing)

    @property
    def query(self) -> str:
        return urlencode([*self.pairs, *([("status", WAITING)] if self.is_waiting else [])])

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Names and values of the address, without the status, which the list filters itself."""
        pairs: list[tuple[str, object]] = [("course", self.course)]
        pairs += [("cohort", pk) for pk in self.cohorts]
        pairs += [
            ("since", self.since),
            ("until", self.until),
            ("milestone", self.milestone),
            ("material", self.material),
            ("category", self.category),
            ("group", self.group),
            ("topic", self.topic),
            ("first", "yes" if self.is_first_ask else ""),
            ("answer", "" if self.has_answer is None else "yes" if self.has_answer else "no"),
            ("open-from", self.open_from),
            ("open-to", self.open_to),
            ("lack", self.lack),
            ("undated", "yes" if self.is_undated else ""),
        ]
        return [(name, str(value)) for name, value in pairs if value not in (None, "")]

    def narrowed(self, **changes: Any) -> str:
        return replace(self, **changes).query


class DrillDownForm(forms.Form):
    course = forms.SlugField(max_length=80)
    since = forms.DateField(
        required=False, validators=[MinValueValidator(EARLIEST), MaxValueValidator(LATEST)]
    )
    until = forms.DateField(
        required=False, validators=[MinValueValidator(EARLIEST), MaxValueValidator(LATEST)]
    )
    milestone = forms.IntegerField(required=False, min_value=NOTHING, max_value=LARGEST)
    material = forms.IntegerField(required=False, min_value=NOTHING, max_value=LARGEST)
    category = forms.ChoiceField(
        required=False, choices=[(NO_CATEGORY, "no category"), *Question.Category.choices]
    )
    group = forms.IntegerField(required=False, min_value=1, max_value=LARGEST)
    topic = forms.IntegerField(required=False, min_value=1, max_value=LARGEST)
    first = forms.ChoiceField(required=False, choices=[("yes", "yes")])
    answer = forms.ChoiceField(required=False, choices=[("yes", "yes"), ("no", "no")])
    lack = forms.ChoiceField(required=False, choices=[(lack, lack) for lack in Lack])
    undated = forms.ChoiceField(required=False, choices=[("yes", "yes")])

    @classmethod
    def read(cls, address: QueryDict) -> DrillDown | None:
        """Return the questions in the address. None if it names no course."""
        form = cls(address)
        form.is_valid()
        chosen = getattr(form, "cleaned_data", {})
        if not chosen.get("course"):
            return None
        return DrillDown(
            course=chosen["course"],
            cohorts=tuple(pk for pk in map(as_id, address.getlist("cohort")) if pk is not None),
            since=chosen.get("since"),
            until=chosen.get("until"),
            milestone=chosen.get("milestone"),
            material=chosen.get("material"),
            group=chosen.get("group"),
            topic=chosen.get("topic"),
            category=chosen.get("category", ""),
            is_first_ask=bool(chosen.get("first")),
            is_waiting=address.get("status") == WAITING,
            has_answer={"yes": True, "no": False}.get(chosen.get("answer", "")),
            open_from=_days(address.get("open-from", "")),
            open_to=_days(address.get("open-to", "")),
            lack=Lack(chosen["lack"]) if chosen.get("lack") else None,
            is_undated=bool(chosen.get("undated")),
        )


def _days(text: str) -> int | None:
    days = as_id(text)
    return None if days is None else min(days, _MOST_DAYS)
