"""Duplicates in our own workbooks, which point at other questions in the files or in the course."""

from questions.models import Question
from sheets.matching.ledger import Ledger, key_of
from sheets.matching.sheet_changes import NewAnswer, NewQuestion
from sheets.understanding.questions import AskedQuestion, MoreOfQuestion
from sheets.understanding.roster import group_key


class Duplicates:
    """Collects duplicates while questions are matched, since an original may come later."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        # By number and title: new questions, or ids of existing ones.
        self._numbered: dict[tuple[str, str], NewQuestion | int] = {}
        self._pending: list[tuple[NewQuestion, MoreOfQuestion, AskedQuestion]] = []

    def number(self, number: str, title: str, question: NewQuestion | int) -> None:
        self._numbered[number, key_of(title)] = question

    def add(self, new: NewQuestion, more: MoreOfQuestion, question: AskedQuestion) -> None:
        self._pending.append((new, more, question))

    def finish(self) -> None:
        """Link duplicates to originals in the files or in Trefoil that are visible to at least as many people."""
        missing = {
            more.duplicate_number
            for _, more, _ in self._pending
            if (more.duplicate_number, key_of(more.duplicate_of)) not in self._numbered
        }
        elsewhere = self._elsewhere({int(number) for number in missing if number.isdigit()})
        existing = self._seen_by(
            {numbered for numbered in self._numbered.values() if isinstance(numbered, int)}
        )
        for new, more, question in self._pending:
            key = (more.duplicate_number, key_of(more.duplicate_of))
            original = self._numbered.get(key) or elsewhere.get(key)
            if isinstance(original, NewQuestion):
                is_seen = _reaches(original.visibility, original.group, new) and not self._points(original)
                original = original if is_seen and original is not new else None
            elif original in existing and not _reaches(*existing[original], new):
                original = None
            if original is None:
                self._ledger.plan.notes.append(
                    f"{question.location}: “{question.title}” duplicates a question that is not here; it is"
                    " imported as a question of its own."
                )
                # The cell holds the answers of the original.
                if question.answer and not new.answers:
                    answerer = self._ledger.answerer_email(question.answered_by)
                    new.answers.append(NewAnswer(question.answer, answerer, new.asked_at))
            new.duplicate_of = original

    def _points(self, question: NewQuestion) -> bool:
        return any(new is question for new, _, _ in self._pending)

    def _seen_by(self, ids: set[int]) -> dict[int | None, tuple[str, str]]:
        if not self._pending or not ids:
            return {}
        rows = Question.objects.filter(cohort=self._ledger.now.cohort).values_list(
            "pk", "visibility", "group__name"
        )
        return {pk: (visibility, group) for pk, visibility, group in rows if pk in ids}

    def _elsewhere(self, ids: set[int]) -> dict[tuple[str, str], int]:
        """Ids of questions that everybody in the course sees, by number and title."""
        if not ids:
            return {}
        originals = Question.objects.filter(
            pk__in=ids,
            cohort__course=self._ledger.now.cohort.course,
            visibility=Question.Visibility.COURSE,
            duplicate_of=None,
        )
        return {(str(pk), key_of(title)): pk for pk, title in originals.values_list("pk", "title")}


def _reaches(visibility: str, group: str, duplicate: NewQuestion) -> bool:
    """Whether everybody who sees the duplicate also sees the original; same rule as `Question.reaches`."""
    if visibility == "group":
        return duplicate.visibility == "group" and group_key(group) == group_key(duplicate.group)
    return visibility == "course" or duplicate.visibility != "course"
