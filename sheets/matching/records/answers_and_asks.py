"""Answers and asks by question, from the tabs of our own workbook."""

from collections import defaultdict
from itertools import chain

from groups.models import Group
from questions.models import Answer, Ask
from sheets.matching.cohort_snapshot import ref_of
from sheets.matching.ledger import Ledger, RowRefused, key_of
from sheets.matching.questions_snapshot import asked_when
from sheets.understanding.questions import AskedQuestion
from sheets.understanding.records import AnswerRecord, AskRecord

# (number, "") or, without a number, ("", key of the title).
type _Key = tuple[str, str]


def _key(number: str, title: str) -> _Key:
    return (number, "") if number else ("", key_of(title))


class AnswersAndAsks:
    """Answers and asks of one workbook. Rows refer to a question by number or, without one, by title."""

    def __init__(self, answers: list[AnswerRecord], asks: list[AskRecord]) -> None:
        self._answers: dict[_Key, list[AnswerRecord]] = defaultdict(list)
        self._asks: dict[_Key, list[AskRecord]] = defaultdict(list)
        for answer in answers:
            self._answers[_key(answer.number, answer.asked)].append(answer)
        for ask in asks:
            self._asks[_key(ask.number, ask.asked)].append(ask)

    def of(self, question: AskedQuestion) -> tuple[list[AnswerRecord], list[AskRecord]]:
        keys = [_key("", question.title)]
        if question.more is not None:
            keys.append(_key(question.more.number, question.title))
        answers = [row for key in keys for row in self._answers.pop(key, [])]
        asks = [ask for key in keys for ask in self._asks.pop(key, [])]
        return answers, asks

    def refuse_the_rest(self, ledger: Ledger) -> None:
        reason = "The questions tab has no such question."
        for row in chain.from_iterable(self._answers.values()):
            ledger.refuse(row.location, row.asked or row.answer.body[:200], reason)
        for ask in chain.from_iterable(self._asks.values()):
            ledger.refuse(ask.location, ask.asked, reason)


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
