"""The questions of a cohort as they are now."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from courses.models import Cohort, Material, Milestone
from groups.models import Enrolment
from questions.models import Answer, Ask, Question
from sheets.matching.ledger import key_of
from sheets.understanding.questions import AskedQuestion
from sheets.understanding.roster import group_key


class QuestionsSnapshot:
    """Questions by group and title; `answers` and `asks` by question: answers by key, and (enrolment, moment).

    The moment of an ask without a date is None.
    """

    def __init__(self, cohort: Cohort) -> None:
        self._cohort = cohort
        self._existing: dict[tuple[str, str], list[Question]] = defaultdict(list)
        rows = Question.objects.filter(cohort=cohort).select_related("group", "duplicate_of__group")
        for question in rows.order_by("pk"):
            self._existing[group_key(question.group.name), key_of(question.title)].append(question)
        self.answers: dict[int, dict[str, str]] = defaultdict(dict)
        answers = Answer.objects.filter(question__cohort=cohort).order_by("pk")
        for pk, body in answers.values_list("question", "body"):
            self.answers[pk][key_of(body)] = body
        self.asks: dict[int, set[tuple[int | None, datetime | None]]] = defaultdict(set)
        asks = Ask.objects.filter(question__cohort=cohort)
        for pk, enrolment, asked_at, week in asks.values_list(
            "question", "enrolment", "asked_at", "week_starts_on"
        ):
            moment = asked_at.replace(microsecond=0) if week else None
            # A mentor's workbook hides who of another group asked, so the moment alone identifies the ask too.
            self.asks[pk] |= {(who, moment) for who in (enrolment, None)}
        self._materials: dict[str, list[Material]] = defaultdict(list)
        for material in Material.objects.filter(milestone__course=cohort.course).only("title", "milestone"):
            self._materials[key_of(material.title)].append(material)

    def find(self, key: tuple[str, str], row: AskedQuestion, titles: Collection[str]) -> Question | None:
        """The existing question with the keys of this group and title.

        Rows of our own workbook with the same words are told apart by moment or number. `titles` are all titles of the
        tab: a similar title may be another row of it.
        """
        matches = self._existing.get(key, [])
        if row.is_own:
            number, moment = row.number, asked_when(row.question)
            matches = [
                existing
                for existing in matches
                if (asked_when(existing) == moment or str(existing.pk) == number)
                and (existing.title == row.title or existing.title not in titles)
            ]
            matches.sort(key=lambda existing: str(existing.pk) != number)
        exact = [existing for existing in matches if existing.title == row.title]
        return next(iter(exact or matches), None)

    def times(self, question: Question, enrolment: Enrolment | None) -> int:
        """Count how often a student asked it; without a student, how often somebody of a group did."""
        if enrolment is not None and not enrolment.pk:
            return 0
        of = enrolment.pk if enrolment else None
        return sum(1 for who, _ in self.asks[question.pk] if who == of)

    def material(self, title: str, milestone: Milestone | None) -> Material | None:
        """The material in the milestone, else the only one with that title; None if unknown."""
        same_title = self._materials.get(key_of(title), []) if title else []
        own = [
            material
            for material in same_title
            if milestone is not None and material.milestone_id == milestone.pk
        ]
        return (own or same_title)[0] if own or len(same_title) == 1 else None


def asked_when(row: Question | Ask) -> datetime | None:
    """The moment, as files have it; None if nobody knows it."""
    return None if row.is_undated else row.asked_at.replace(microsecond=0)
