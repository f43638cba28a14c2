"""What confirming an import would do, worked out before anything is written."""

import hashlib
import json
from collections import Counter
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field

from sheets.models import ImportLine
from sheets.reading import SheetRow
from sheets.reading.tables import text_of

Verdict = ImportLine.Verdict
# The answer to a question that leaves out what it is about.
LEAVE_OUT = "leave-out"


@dataclass(frozen=True, slots=True)
class WorkStep:
    """How far some long work has come, in words."""

    label: str
    done: int
    total: int


type Work[Result] = Generator[WorkStep, None, Result]


def finished[Result](work: Work[Result]) -> Result:
    """Do the work without telling anybody how far it has come."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            result: Result = end.value
            return result


@dataclass(frozen=True, slots=True)
class PlannedImportLine:
    """A row of the preview. Of what cannot be read, `table` and `row` say where it is to be found again."""

    verdict: Verdict
    what: str
    location: str = ""
    reason: str = ""
    table: int | None = None
    row: SheetRow | None = None

    def cells(self) -> list[str]:
        return [text_of(value) for value in self.row.cells] if self.row else []


@dataclass(frozen=True, slots=True)
class ClarificationChoice:
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Clarification:
    """Something that the file leaves open and only a person can say.

    The answer is the value of a choice, or where `takes_email` an address typed beside them.
    """

    key: str
    text: str
    locations: tuple[str, ...]
    choices: tuple[ClarificationChoice, ...]
    takes_email: bool = False
    suggested: str = ""


@dataclass(frozen=True, slots=True)
class TableHead:
    """What stands above the rows of a table, the name of its tab, if any, and of the group that its rows are of."""

    tab: str
    rows: tuple[SheetRow, ...]
    group: str = ""

    def texts(self) -> list[list[str]]:
        label = [["Group:", self.group]] if self.group else []
        return label + [[text_of(value) for value in row.cells] for row in self.rows]


@dataclass(slots=True)
class ImportPlan[Changes]:
    """The lines of the preview, what is still to be asked, and the changes that confirming writes."""

    changes: Changes
    lines: list[PlannedImportLine] = field(default_factory=list)
    questions: list[Clarification] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    # As the pages show and the corrections name them, in the order of their keys.
    tables: list[dict[str, object]] = field(default_factory=list)
    # The rows above those of a table, by its place among those of the files: without them nobody understands its rows.
    heads: dict[int, "TableHead"] = field(default_factory=dict)

    def add(
        self,
        verdict: Verdict,
        what: str,
        location: str = "",
        reason: str = "",
        *,
        table: int | None = None,
        row: SheetRow | None = None,
    ) -> None:
        self.lines.append(PlannedImportLine(verdict, what[:400], location[:300], reason, table, row))

    def counts(self) -> dict[str, int]:
        counted = Counter(line.verdict for line in self.lines)
        return {verdict.value: counted[verdict] for verdict in Verdict}

    def digest(self) -> str:
        """The same for two plans that show the same."""
        shown = [(line.verdict, line.location, line.what, line.reason) for line in self.lines]
        return hashlib.sha256(json.dumps([shown, self.notes]).encode()).hexdigest()

    def open_questions(self, answers: dict[str, str]) -> list[Clarification]:
        return [question for question in self.questions if not answers.get(question.key)]


def listed(names: Sequence[str], most: int = 5) -> str:
    """Names one after the other: "Ana, Bruno and 3 more"."""
    shown = ", ".join(names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown
