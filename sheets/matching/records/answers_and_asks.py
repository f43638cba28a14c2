"""Answers and asks by question, from the tabs of our own workbook."""

from collections import defaultdict
from datetime import datetime

from sheets.matching.ledger import Ledger, RowRefused, key_of
from sheets.matching.sheet_changes import NewAnswer, NewAsk
from sheets.understanding.questions import AskedQuestion
from sheets.understanding.records import AnswerRecord, AskRecord

# (number, "") or, without a number, ("", key of the title).
type _Key = tuple[str, str]


def _key(number: str, title: str) -> _Key:
    return (number, "") if number else ("", key_of(title))


class AnswersAndAsks:
    """Answers and asks of one workbook. Rows refer to a question by number or, without one, by title."""

    def __init__(self, answers: list[tuple[int, AnswerRecord]], asks: list[tuple[int, AskRecord]]) -> None:
        self._answers: dict[_Key, list[tuple[int, AnswerRecord]]] = defaultdict(list)
        self._asks: dict[_Key, list[tuple[int, AskRecord]]] = defaultdict(list)
        for n, answer in answers:
            self._answers[_key(answer.number, answer.asked)].append((n, answer))
        for n, ask in asks:
            self._asks[_key(ask.number, ask.asked)].append((n, ask))

    def of(self, question: AskedQuestion) -> tuple[list[AnswerRecord], list[tuple[int, AskRecord]]]:
        keys = [_key("", question.title)]
        if question.more is not None:
            keys.append(_key(question.more.number, question.title))
        answers = [line for key in keys for _, line in self._answers.pop(key, [])]
        asks = [pair for key in keys for pair in self._asks.pop(key, [])]
        return answers, asks

    def refuse_the_rest(self, ledger: Ledger) -> None:
        reason = "The questions tab has no such question."
        for n, answer in (pair for pairs in self._answers.values() for pair in pairs):
            ledger.refuse(n, answer, answer.asked or answer.body[:200], reason)
        for n, ask in (pair for pairs in self._asks.values() for pair in pairs):
            ledger.refuse(n, ask, ask.asked, reason)


def new_answer(ledger: Ledger, line: AnswerRecord) -> NewAnswer:
    return NewAnswer(line.body, ledger.email_of(line.person), ledger.moment(line.answered_at))


def new_asks(ledger: Ledger, asks: list[tuple[int, AskRecord]], group: str, at: datetime) -> list[NewAsk]:
    """The asks of a question, earliest first; asks without a moment count as now. Refuses rows it cannot match."""
    new, seen = [], set()
    for n, line in asks:
        asked_at = ledger.moment(line.asked_at)
        try:
            name = ledger.group(line.group, group)
            day = ledger.day(asked_at)
            ref = ledger.student(line.person, line.location, day) if line.person else None
        except RowRefused as refusal:
            ledger.refuse(n, line, line.asked, refusal)
            continue
        if ref is None or (ref, asked_at) not in seen:
            seen.add((ref, asked_at))
            new.append(NewAsk(name, ref, asked_at, ledger.email_of(line.logged_by), line.week))
    return sorted(new, key=lambda ask: ask.asked_at or at)
