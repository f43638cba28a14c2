"""The worst of a student in a few words, the same on every page."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tracker.standing.attention import Attention, Reason, ReasonCode
from tracker.standing.facts import StudentFacts
from tracker.standing.student import Standing, StandingPace
from tracker.standing.work import is_away

_SHORT = {
    ReasonCode.NEEDS_HELP: "needs help",
    ReasonCode.SILENT: "silent",
    ReasonCode.HELP_ANSWERED: "answered",
}
ON_TRACK = "on track"


@dataclass(frozen=True, slots=True)
class Words:
    """`tone`: "help" where a person waits, "late" where something is later than planned, else "quiet"."""

    text: str
    tone: str = "quiet"

    @property
    def is_on_track(self) -> bool:
        return self.text == ON_TRACK

    def about(self, name: str) -> str:
        """ "Ana is 2 behind", "Bruno needs help", "Chidi has not signed in"."""
        if self.text == _SHORT[ReasonCode.NEEDS_HELP] or self.text.startswith(("missed", "said")):
            return f"{name} {self.text}"
        if self.text == _SHORT[ReasonCode.HELP_ANSWERED]:
            return f"{name} has an answer"
        return f"{name} has {self.text}" if self.text == "not signed in" else f"{name} is {self.text}"


def _short_reason(reason: Reason) -> Words:
    text = _SHORT.get(reason.code, reason.text)
    if reason.code is ReasonCode.BEHIND:
        text = f"{reason.text.split()[0]} behind"
    elif reason.code is ReasonCode.SILENT and reason.text.startswith("has not signed in"):
        text = "not signed in"
    elif reason.code is ReasonCode.ABSENT:
        text = reason.text.split(" in a row")[0].split(" without")[0]
    elif reason.code is ReasonCode.STUCK:
        text = "stuck"
    tones = {ReasonCode.NEEDS_HELP: "help", ReasonCode.HELP_ANSWERED: "quiet"}
    return Words(text, tones.get(reason.code, "late"))


def short_reasons(reasons: Sequence[Reason]) -> Words:
    """Say the worst reason, which is the first, as it stands in a row: "needs help", "2 behind", "missed 2 check-ins".

    Who is far behind needs somebody because they are silent or stuck, too: "2 behind and silent".
    """
    worst, words = reasons[0], _short_reason(reasons[0])
    also = next((each for each in reasons if each.code in (ReasonCode.SILENT, ReasonCode.STUCK)), None)
    if also and worst.code is ReasonCode.BEHIND and worst.attention is Attention.ACT:
        return replace(words, text=f"{words.text} and {_short_reason(also).text}")
    return words


def words_about(standing: Standing, facts: StudentFacts) -> Words:
    """Say the worst of a student: a reason of those that their reader sees, else how far behind or ahead they are.

    That they are away is said before any reason but a request for help. The spread of a group is said of the group. A
    snoozed student has no reason that stands, and nobody is behind in a closed cohort.
    """
    reasons = [each for each in standing.reasons if each.code is not ReasonCode.SPREAD]
    needs_help = bool(reasons) and reasons[0].code is ReasonCode.NEEDS_HELP and not standing.is_set_aside
    if not standing.is_active:
        return Words(ON_TRACK)
    if is_away(facts) and not needs_help:
        return Words("away")
    if standing.is_set_aside:
        return Words("snoozed")
    if reasons:
        return short_reasons(reasons)
    if standing.proposed_pace is StandingPace.BEHIND:
        return Words(f"{standing.behind_by} behind", "late")
    if not facts.has_signed_in:
        return Words("not signed in")
    if standing.work.ahead_by:
        return Words(f"{standing.work.ahead_by} ahead")
    return Words(ON_TRACK)
