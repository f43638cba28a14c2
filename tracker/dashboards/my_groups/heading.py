"""The heading of the mentor's page is the answer: who needs somebody, else what is late, else what to do first.

All is well only where somebody has signed in and begun, a meeting is set and a check-in was logged, and nobody is
behind.
"""

from collections.abc import Iterator, Sequence

from tracker.dashboards.my_groups.card import GroupCard
from tracker.standing import Attention, CheckInState, ReasonCode, Words


def heading_of(cards: Sequence[GroupCard], mentor_name: str) -> str:
    if help_lines := [line for card in cards for line in card.help_lines]:
        asking = {line.enrolment_id: line.who for line in help_lines}
        return f"{help_lines[0].who} needs help" if len(asking) == 1 else f"{len(asking)} need help"
    if act := list(_students(cards, Attention.ACT)):
        return act[0][1].about(act[0][0]) if len(act) == 1 else f"{len(act)} need you"
    if late := sum(_late_count(card) for card in cards):
        return "A check-in is late" if late == 1 else f"{late} check-ins are late"
    if watched := list(_students(cards, Attention.WATCH)):
        return (
            watched[0][1].about(watched[0][0])
            if len(watched) == 1
            else f"Keep an eye on {len(watched)} students"
        )
    if questions := sum(card.question_count for card in cards if card.has_late_question):
        return "A question waits" if questions == 1 else f"{questions} questions wait"
    if behind := list(_students(cards, Attention.NONE)):
        return behind[0][1].about(behind[0][0]) if len(behind) == 1 else f"{len(behind)} are behind"
    starting = [card for card in cards if card.is_starting]
    if starting and len(starting) == len(cards) and not any(card.check_in.was_ever_logged for card in cards):
        return f"Welcome, {mentor_name}"
    if starting:
        return starting[0].first_heading
    idle = next((card.group for card in cards if not card.has_begun), None)
    return f"Nobody in {idle} has started" if idle else "All is well"


def _students(cards: Sequence[GroupCard], attention: Attention) -> Iterator[tuple[str, Words]]:
    """Those of this attention, the worst first; without any the ones that are behind all the same."""
    found = []
    for card in cards:
        for row in card.sheet.rows:
            standing, words = row.member.standing, row.member.words
            if standing.attention is attention and (
                words.tone == "late" or (attention is not Attention.NONE and not words.is_on_track)
            ):
                found.append((standing.severity, row.first_name, words))
    for _, name, words in sorted(found, key=lambda each: each[:2]):
        yield name, words


def _late_count(card: GroupCard) -> int:
    """Check-ins that are late, and one for those missed since the last that was logged."""
    if not card.check_in.was_ever_logged:
        return 0
    late = sum(each.state is CheckInState.LATE for each in card.status.weeks)
    return late + any(reason.code is ReasonCode.CHECK_IN_MISSED for reason in card.status.reasons)
