"""The plan of an import, worked out before anything is written."""

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date

from sheets.models import ImportLine
from sheets.models.kept import ImportQuestion, ShownTab

Verdict = ImportLine.Verdict
# Written only if somebody ticks it: what people set here, and what Trefoil replaces.
UNTICKED = (Verdict.BOTH, Verdict.MOVED, Verdict.REPLACED)
# Written by confirming, without a tick.
CHANGES = (Verdict.NEW, Verdict.CHANGED, Verdict.MOVED)
# The answer to leave out whatever the question is about.
LEAVE_OUT = "leave-out"
SKIPPED = "Skipped, as you chose."


@dataclass(frozen=True, slots=True)
class Clarification:
    """Something the file leaves open and a person has to answer.

    The answer is the value of a choice, which has a label, or with `takes_email` an e-mail address.
    """

    key: str
    text: str
    choices: tuple[tuple[str, str], ...]
    takes_email: bool = False
    suggested: str = ""
    locations: tuple[str, ...] = ()

    def shown(self) -> ImportQuestion:
        return {
            "key": self.key,
            "text": self.text,
            "places": list(self.locations[:5]),
            "more_places": max(len(self.locations) - 5, 0),
            "choices": list(self.choices),
            "takes_email": self.takes_email,
            "suggested": self.suggested,
        }


@dataclass(slots=True)
class ImportPlan[Changes]:
    """The lines of the preview, unsaved, the open questions, and the changes that confirming writes."""

    changes: Changes
    lines: list[ImportLine] = field(default_factory=list)
    clarifications: list[Clarification] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    tables: Sequence[ShownTab] = ()
    # Labels of the proposals that people ticked or not, unlike what is proposed.
    turned: Collection[str] = ()

    def add(
        self,
        verdict: Verdict,
        what: str,
        location: str = "",
        reason: str = "",
        *,
        email: str = "",
        starts_on: date | None = None,
    ) -> None:
        line = ImportLine(verdict=verdict, what=what[:400], location=location[:300], reason=reason)
        line.email, line.starts_on = email[:254], starts_on
        self.lines.append(line)

    def propose(
        self,
        verdict: Verdict,
        what: str,
        location: str,
        reason: str,
        *,
        versions: Sequence[str] = (),
        is_possible: bool = True,
    ) -> bool:
        """Return whether it is taken. It is unless people say otherwise, but for verdicts of `UNTICKED`."""
        self.add(verdict, what, location, reason)
        line = self.lines[-1]
        line.versions = list(versions)
        line.is_taken = is_possible and (verdict not in UNTICKED) != (line.label in self.turned)
        return line.is_taken

    def differs(self, what: str, location: str, *, says: str, has: str) -> bool:
        """List what a sheet says and what is here; return whether somebody ticked that of the sheet.

        Other lines are the same whether it is ticked or not: what is confirmed is compared with them.
        """
        return self.propose(Verdict.BOTH, what, location, "", versions=(has, says))

    def counts(self) -> dict[str, int]:
        counted = Counter(line.verdict for line in self.lines)
        return {verdict.value: counted[verdict] for verdict in Verdict}

    def digest(self) -> str:
        """Equal for two plans that show the same preview."""
        shown = [
            (line.verdict, line.location, line.what, line.reason, line.starts_on, *line.versions)
            for line in self.lines
        ]
        return hashlib.sha256(json.dumps([shown, self.notes], default=str).encode()).hexdigest()
