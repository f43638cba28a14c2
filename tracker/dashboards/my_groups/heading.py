"""What my groups says first, and the order of the groups, which follows it: a group that it names stands first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum, auto

from tracker.dashboards.my_groups.card import GroupCard
from tracker.standing import Attention, Severity, Words, check_ins_label, questions_label


class Need(IntEnum):
    """What a group needs its mentor for, the most urgent first."""

    HELP = auto()
    ACT = auto()
    CHECK_IN = auto()
    WATCH = auto()
    QUESTION = auto()
    BEHIND = auto()
    FIRST_DAY = auto()
    STARTING = auto()
    IDLE = auto()
    NOTHING = auto()


@dataclass(frozen=True, slots=True)
class Heading:
    """A sentence in parts, each with the address on the page that it leads to, or none."""

    parts: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        return "".join(text for text, _ in self.parts)


@dataclass(frozen=True, slots=True)
class _Student:
    name: str
    anchor: str
    words: Words
    severity: Severity


def order_of(card: GroupCard) -> tuple[Need, tuple[Severity, ...]]:
    """The worst first; of groups that wait for help, the one that waits longest."""
    return need_of(card), card.severity


def need_of(card: GroupCard) -> Need:
    """All is well only where somebody has signed in and begun, a meeting is set and a check-in was logged."""
    if card.help_lines:
        return Need.HELP
    if any(_students([card], Attention.ACT)):
        return Need.ACT
    if card.check_in.is_late:
        return Need.CHECK_IN
    if any(_students([card], Attention.WATCH)):
        return Need.WATCH
    if card.has_late_question:
        return Need.QUESTION
    if any(_students([card], Attention.NONE)):
        return Need.BEHIND
    if card.is_starting:
        return Need.FIRST_DAY if card.asks_first else Need.STARTING
    return Need.NOTHING if card.has_begun else Need.IDLE


def heading_of(cards: Sequence[GroupCard], mentor_name: str = "") -> Heading:
    """Return the heading: what the first group needs, and how many others need the same.

    It names at most two people, or one group. A name of the mentor greets who has yet to meet all of their groups.

    Args:
        cards: in their order.
    """
    first = cards[0]
    match need_of(first):
        case Need.HELP:
            asking = [(line, card) for card in cards for line in card.help_lines]
            people = {
                line.enrolment_id: (line.who, _anchor(card, line.enrolment_id))
                for line, card in sorted(asking, key=lambda each: each[0].since)
            }
            return _needs(list(people.values()), "help")
        case Need.ACT:
            return _of_students(_sorted(cards, Attention.ACT))
        case Need.CHECK_IN:
            return _of_check_ins([card for card in cards if card.check_in.is_late])
        case Need.WATCH:
            return _of_students(_sorted(cards, Attention.WATCH), "Keep an eye on {} students")
        case Need.QUESTION:
            return Heading(((questions_label(sum(len(card.questions) for card in cards)), "#questions"),))
        case Need.BEHIND:
            return _of_students(_sorted(cards, Attention.NONE), "{} are behind")
    if mentor_name and all(card.asks_first for card in cards):
        return Heading(((f"Welcome, {mentor_name}", ""),))
    match need_of(first):
        case Need.FIRST_DAY | Need.STARTING:
            return _naming(first, first.first_heading)
        case Need.IDLE:
            return _naming(first, f"Nobody in {first.group} has started")
    return Heading((("All is well", ""),))


def _of_students(students: Sequence[_Student], several: str = "") -> Heading:
    if len(students) == 1:
        (one,) = students
        return Heading(((one.name, one.anchor), (one.words.about(""), "")))
    if several:
        return Heading(((several.format(len(students)), ""),))
    return _needs([(each.name, each.anchor) for each in students], "you")


def _needs(people: Sequence[tuple[str, str]], what: str) -> Heading:
    """ "Bruno needs help", "Bruno and Chidi need help", "3 need help"."""
    match people:
        case [one]:
            return Heading((one, (f" needs {what}", "")))
        case [one, other] if one[0] != other[0]:
            return Heading((one, (" and ", ""), other, (f" need {what}", "")))
    return Heading(((f"{len(people)} need {what}", ""),))


def _of_check_ins(cards: Sequence[GroupCard]) -> Heading:
    late = sum(card.check_in.late_count for card in cards)
    missed = sum(card.check_in.missed_count for card in cards)
    if len(cards) > 1:
        return Heading(((check_ins_label(late, missed), ""),))
    if late + missed == 1:
        return _naming(cards[0], f"{cards[0].group}’s check-in is missing")
    return _naming(cards[0], f"{late + missed} of {cards[0].group}’s check-ins are missing")


def _naming(card: GroupCard, text: str) -> Heading:
    before, name, after = text.partition(card.group.name)
    return Heading(tuple(part for part in ((before, ""), (name, card.anchor), (after, "")) if part[0]))


def _anchor(card: GroupCard, enrolment_id: int) -> str:
    """Of a student's row; a group without a plan has none."""
    return f"#row-{enrolment_id}" if card.overview.plan else card.anchor


def _sorted(cards: Sequence[GroupCard], attention: Attention) -> list[_Student]:
    return sorted(_students(cards, attention), key=lambda each: (each.severity, each.name))


def _students(cards: Sequence[GroupCard], attention: Attention) -> Iterator[_Student]:
    """Yield those of this attention; of none the ones that are behind all the same."""
    for card in cards:
        for row in card.sheet.rows:
            standing, words = row.member.standing, row.member.words
            if standing.attention is attention and (attention is not Attention.NONE or words.tone == "late"):
                yield _Student(row.first_name, _anchor(card, row.enrolment_id), words, standing.severity)
