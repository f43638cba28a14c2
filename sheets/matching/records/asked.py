"""What was answered and asked again, by question, as the tabs of our own workbook have it."""

from collections import defaultdict

from sheets.matching.ledger import Ledger, key_of
from sheets.understanding.questions import AskedQuestion
from sheets.understanding.records import AnswerLine, AskLine

# A number, or where there is none the title.
type _Key = tuple[str, str]


def _key(number: str, title: str) -> _Key:
    return (number, "") if number else ("", key_of(title))


class BookOfQuestions:
    """The answers and asks of one workbook. A row is a question's by its number, or by its title where it has none."""

    def __init__(self, answers: list[tuple[int, AnswerLine]], asks: list[tuple[int, AskLine]]) -> None:
        self._answers: dict[_Key, list[tuple[int, AnswerLine]]] = defaultdict(list)
        self._asks: dict[_Key, list[tuple[int, AskLine]]] = defaultdict(list)
        for n, answer in answers:
            self._answers[_key(answer.number, answer.asked)].append((n, answer))
        for n, ask in asks:
            self._asks[_key(ask.number, ask.asked)].append((n, ask))

    def of(self, question: AskedQuestion) -> tuple[list[AnswerLine], list[tuple[int, AskLine]]]:
        """Take out what belongs to a question."""
        keys = [_key("", question.title)]
        if question.more is not None:
            keys.append(_key(question.more.number, question.title))
        answers = [line for key in keys for _, line in self._answers.pop(key, [])]
        asks = [pair for key in keys for pair in self._asks.pop(key, [])]
        return answers, asks

    def refuse_the_rest(self, ledger: Ledger) -> None:
        """Say of what was not taken out that its question is not there."""
        reason = "There is no such question in the tab of questions."
        for n, answer in (pair for pairs in self._answers.values() for pair in pairs):
            ledger.refuse(n, answer, answer.asked or answer.body[:200], reason)
        for n, ask in (pair for pairs in self._asks.values() for pair in pairs):
            ledger.refuse(n, ask, ask.asked, reason)
