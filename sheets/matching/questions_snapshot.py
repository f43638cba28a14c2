"""The questions of a cohort as they are now, in four queries."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from courses.models import Cohort, Material, Milestone
from questions.models import Answer, Ask, Question
from sheets.matching.enrolments import EnrolmentRef
from sheets.matching.ledger import key_of
from sheets.understanding.questions import AskedQuestion
from sheets.understanding.roster import group_key


@dataclass(frozen=True, slots=True)
class ExistingQuestion:
    """An existing question; `answered_at_id` is its id or, for a duplicate, the id of the original."""

    id: int
    title: str
    asked_at: datetime
    status: str
    answered_at_id: int


class QuestionsSnapshot:
    """Questions by group and title; `answers` and `asks` by question: keys of answers, and (enrolment, moment)."""

    def __init__(self, cohort: Cohort) -> None:
        self._existing: dict[tuple[str, str], list[ExistingQuestion]] = defaultdict(list)
        rows = Question.objects.filter(cohort=cohort).order_by("pk")
        for pk, original, group, title, asked_at, status in rows.values_list(
            "pk", "duplicate_of", "group__name", "title", "asked_at", "status"
        ):
            existing = ExistingQuestion(pk, title, asked_at.replace(microsecond=0), status, original or pk)
            self._existing[group_key(group), key_of(title)].append(existing)
        self.answers: dict[int, set[str]] = defaultdict(set)
        for pk, body in Answer.objects.filter(question__cohort=cohort).values_list("question", "body"):
            self.answers[pk].add(key_of(body))
        self.asks: dict[int, set[tuple[int | None, datetime]]] = defaultdict(set)
        asks = Ask.objects.filter(question__cohort=cohort)
        for pk, enrolment, asked_at in asks.values_list("question", "enrolment", "asked_at"):
            # A mentor's workbook hides who of another group asked, so the moment alone identifies the ask too.
            self.asks[pk] |= {(who, asked_at.replace(microsecond=0)) for who in (enrolment, None)}
        self._materials: dict[str, list[Material]] = defaultdict(list)
        for material in Material.objects.filter(milestone__course=cohort.course).only("title", "milestone"):
            self._materials[key_of(material.title)].append(material)

    def find(
        self,
        key: tuple[str, str],
        question: AskedQuestion,
        asked_at: datetime | None,
        titles: Collection[str],
    ) -> ExistingQuestion | None:
        """The existing question with the keys of this group and title.

        Rows of our own workbook with the same words are told apart by moment or number. `titles` are all titles of the
        tab: a similar title may be another row of it.
        """
        matches = self._existing.get(key, [])
        if question.more is not None:
            number = question.more.number
            matches = [
                existing
                for existing in matches
                if existing.asked_at == asked_at or str(existing.id) == number
            ]
            matches = [
                existing
                for existing in matches
                if existing.title == question.title or existing.title not in titles
            ]
        exact = [existing for existing in matches if existing.title == question.title]
        return next(iter(exact or matches), None)

    def times(self, question: int, ref: EnrolmentRef | None) -> int:
        """How often a student asked it; without a student, how often somebody of a group did."""
        if ref is not None and ref.id is None:
            return 0
        of = ref.id if ref else None
        return sum(1 for enrolment, _ in self.asks[question] if enrolment == of)

    def material(self, title: str, milestone: Milestone | None) -> int | None:
        """The id of the material in the milestone, else of the only one with that title; None if unknown."""
        same_title = self._materials.get(key_of(title), []) if title else []
        own = [
            material
            for material in same_title
            if milestone is not None and material.milestone_id == milestone.pk
        ]
        if own or len(same_title) == 1:
            return (own or same_title)[0].pk
        return None
