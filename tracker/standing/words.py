"""The words about a student, the same on every page: the worst reason only, in two or three words."""

from dataclasses import dataclass

from tracker.standing.attention import Reason, ReasonCode
from tracker.standing.facts import StudentFacts
from tracker.standing.student import Standing, StandingPace

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


def short_reason(reason: Reason) -> Words:
    """ "needs help", "2 behind", "silent", "missed 2 check-ins": a reason as it stands in a row."""
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


def words_about(standing: Standing, facts: StudentFacts) -> Words:
    """Say the worst of a student: a reason of those that their reader sees, else how far behind or ahead they are.

    The spread of a group is said of the group. Who is snoozed has no reason that stands.
    """
    reasons = [each for each in standing.reasons if each.code is not ReasonCode.SPREAD]
    is_away = any(absence.contains(facts.today) for absence in facts.absences)
    if standing.is_set_aside:
        return Words("snoozed")
    if reasons:
        return short_reason(reasons[0])
    if is_away:
        return Words("away")
    if standing.proposed_pace is StandingPace.BEHIND:
        return Words(f"{standing.behind_by} behind", "late")
    if not facts.has_signed_in:
        return Words("not signed in")
    if standing.ahead_by:
        return Words(f"{standing.ahead_by} ahead")
    return Words(ON_TRACK)
