"""How questions wait, as rows of tables."""

from dataclasses import dataclass

from trends.forms.drill_down import Lack
from trends.panels.figures import AnswerTime, UnanswerableRow
from trends.panels_page.links import Link, questions_link


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """How long the questions of a milestone waited for their first answer, and how many of them got one."""

    label: str
    half_within: str
    most_within: str
    answered: Link
    unanswered: Link


@dataclass(frozen=True, slots=True)
class LackRow:
    """Questions that nobody could answer from the material, in all and by why."""

    label: str
    numbers: tuple[Link, ...]


def answer_row(found: AnswerTime) -> AnswerRow:
    return AnswerRow(
        label=found.title,
        half_within=found.p50_words,
        most_within=found.p90_words,
        answered=questions_link(found.answered, found.query, has_answer=True),
        unanswered=questions_link(found.unanswered, found.query, has_answer=False),
    )


def lack_row(found: UnanswerableRow) -> LackRow:
    by_lack = ((found.unclear, Lack.UNCLEAR), (found.wrong, Lack.WRONG), (found.waiting, Lack.WAITING))
    return LackRow(
        label=found.title,
        numbers=(
            questions_link(found.all, found.query),
            *(questions_link(count, found.query, lack=lack) for count, lack in by_lack),
        ),
    )
