"""Answers and asks by question, from the tabs of our own workbook."""

from collections import defaultdict
from collections.abc import Iterable
from itertools import chain

from groups.models import Group
from questions.models import Answer, Ask
from sheets.matching.cohort_snapshot import ref_of
from sheets.matching.ledger import Ledger, RowRefused, key_of
from sheets.matching.questions_snapshot import asked_when
from sheets.understanding.questions import AskedQuestion
from sheets.understanding.records.asked import AnswerRecord, AskRecord


def _key(number: str, title: str) -> tuple[str, str]:
    return (number, "") if number else ("", key_of(title))


class AnswersAndAsks:
    """Answers and asks of one workbook. Rows refer to a question by number or, without one, by title."""

    def __init__(self, rows: Iterable[AnswerRecord | AskRecord]) -> None:
        self._rows: dict[tuple[str, str], list[AnswerRecord | AskRecord]] = defaultdict(list)
        for row in rows:
            self._rows[_key(row.number, row.asked)].append(row)

    def of(self, question: AskedQuestion) -> tuple[list[AnswerRecord], list[AskRecord]]:
        keys = [_key("", question.title)]
        if question.is_own:
            keys.append(_key(question.number, question.title))
        rows = [row for key in keys for row in self._rows.pop(key, [])]
        asks = [row for row in rows if isinstance(row, AskRecord)]
        return [row for row in rows if isinstance(row, AnswerRecord)], asks

    def refuse_the_rest(self, ledger: Ledger) -> None:
        for row in chain.from_iterable(self._rows.values()):
            what = row.answer.body[:200] if isinstance(row, AnswerRecord) else ""
            ledger.refuse(row.location, row.asked or what, "The questions tab has no such question.")


def new_answer(ledger: Ledger, row: AnswerRecord) -> Answer:
    """The answer; without a date, nobody knows when it was given."""
    row.answer.answered_by = ledger.who(row.person) or ledger.by
    row.answer.answered_at = row.answered_at
    return row.answer


def new_asks(ledger: Ledger, rows: list[AskRecord], group: Group) -> list[Ask]:
    """The asks of a question, earliest first, those without a date last. Refuses rows it cannot match."""
    new, seen = [], set()
    for row in rows:
        ask = row.ask
        try:
            ask.group = ledger.group(row.group, group) or group
            day = None if ask.is_undated else ledger.day(ask.asked_at)
            if row.person:
                ask.enrolment = ledger.student(row.person, row.location, day)
        except RowRefused as refusal:
            ledger.refuse(row.location, row.asked, refusal)
            continue
        ref = ref_of(ask.enrolment) if ask.enrolment else None
        if ref is None or (ref, asked_when(ask)) not in seen:
            seen.add((ref, asked_when(ask)))
            ask.logged_by = ledger.who(row.logged_by) or ledger.by
            new.append(ask)
    return sorted(new, key=lambda ask: (ask.is_undated, ask.asked_at))
