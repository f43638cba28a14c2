"""Questions that may ask the same, for people to say yes or no: the likest pairs, most asked first."""

from dataclasses import dataclass

from django.db.models import Q

from questions.access.questions import QuestionAccess
from questions.dashboards.question_rows import question_rows
from questions.models import Question
from trends.access.pairs import pairs_to_answer
from trends.access.trends import TrendsAccess

# As many answers are worth giving in one place: measured, these let twice as many groups of like questions stand.
MOST_PAIRS = 10
# The next ones take the place of those that were answered.
SHOWN_AT_ONCE = 3


@dataclass(frozen=True, slots=True)
class Pair:
    """`times` is how often the question was asked; 0 for mentors: the trends count only their own groups to them."""

    row: QuestionAccess
    other: Question
    times: int


@dataclass(frozen=True, slots=True)
class Pairs:
    count: int
    shown: list[Pair]


NO_PAIRS = Pairs(0, [])


def likely_pairs(access: TrendsAccess, where: Q) -> Pairs:
    """Return pairs that this reader may answer.

    Args:
        where: the condition on the placement of the question in no topic.
    """
    found = pairs_to_answer(access).filter(where).order_by("-likeness", "-question")
    other_of: dict[int, Question] = {}
    # Each may be the likest of the other.
    for placement in found.select_related("likest").defer("likest__search_text")[: 2 * MOST_PAIRS]:
        other = placement.likest
        is_known = other is not None and other_of.get(other.pk) is not None
        if other is not None and not (is_known and other_of[other.pk].pk == placement.question_id):
            other_of[placement.question_id] = other
    ids = list(other_of)[:MOST_PAIRS]
    if not ids:
        return NO_PAIRS
    rows = question_rows(Question.objects.filter(pk__in=ids), reader=access.reader)
    is_admin = access.is_course_admin
    pairs = [Pair(row, other_of[row.question.pk], row.question.ask_count if is_admin else 0) for row in rows]
    pairs.sort(key=lambda pair: (-pair.times, ids.index(pair.row.question.pk)))
    return Pairs(len(pairs), pairs[:SHOWN_AT_ONCE])
