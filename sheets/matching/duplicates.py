"""Duplicates in our own workbooks, which point at other questions in the files or in the course."""

from questions.actions.records import RecordedQuestion
from questions.models import Answer, Question
from sheets.matching.ledger import Ledger, key_of
from sheets.understanding.questions import AskedQuestion, MoreOfQuestion


class Duplicates:
    """Collects duplicates while questions are matched, since an original may come later."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        # Questions by number and title, new ones and existing ones.
        self._numbered: dict[tuple[str, str], Question] = {}
        self._pending: list[tuple[RecordedQuestion, MoreOfQuestion, AskedQuestion]] = []

    def number(self, number: str, title: str, question: Question) -> None:
        self._numbered[number, key_of(title)] = question

    def add(self, new: RecordedQuestion, more: MoreOfQuestion, question: AskedQuestion) -> None:
        self._pending.append((new, more, question))

    def finish(self) -> None:
        """Link duplicates to originals in the files or in Trefoil that are visible to at least as many people."""
        missing = {
            more.duplicate_number
            for _, more, _ in self._pending
            if (more.duplicate_number, key_of(more.duplicate_of)) not in self._numbered
        }
        elsewhere = self._elsewhere({int(number) for number in missing if number.isdigit()})
        duplicates = [new.question for new, _, _ in self._pending]
        for new, more, question in self._pending:
            key = (more.duplicate_number, key_of(more.duplicate_of))
            original = self._numbered.get(key) or elsewhere.get(key)
            if original is not None and (
                any(original is one for one in duplicates) or not _reaches(original, new.question)
            ):
                original = None
            if original is None:
                new.question.status = ""
                self._ledger.plan.notes.append(
                    f"{question.location}: “{question.title}” duplicates a question that is not here; it is"
                    " imported as a question of its own."
                )
                # The cell holds the answers of the original.
                if question.answer and not new.answers:
                    answerer = self._ledger.answerer(question.answered_by)
                    new.answers.append(Answer(body=question.answer, answered_by=answerer))
            new.question.duplicate_of = original

    def _elsewhere(self, ids: set[int]) -> dict[tuple[str, str], Question]:
        """Questions that everybody in the course sees, by number and title."""
        if not ids:
            return {}
        originals = Question.objects.filter(
            pk__in=ids,
            cohort__course=self._ledger.cohort.course,
            visibility=Question.Visibility.COURSE,
            duplicate_of=None,
        )
        return {(str(question.pk), key_of(question.title)): question for question in originals}


def _reaches(original: Question, duplicate: Question) -> bool:
    """Like `Question.reaches`; two new groups have no ids yet that could differ."""
    is_of_group = original.visibility == Question.Visibility.GROUP
    return original.reaches(duplicate) and (not is_of_group or original.group == duplicate.group)
