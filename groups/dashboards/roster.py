from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models.functions import Lower

from courses.models import Cohort
from groups.models import Enrolment
from groups.roster import RosterLine, roster_lines
from people.actions.invitations import has_signed_in
from people.models import User


@dataclass(frozen=True, slots=True)
class CheckedLine:
    line: RosterLine
    name: str
    status: str


@dataclass(frozen=True, slots=True)
class Roster:
    good: tuple[CheckedLine, ...]
    enrolled: tuple[CheckedLine, ...]
    bad: tuple[RosterLine, ...]

    @property
    def is_empty(self) -> bool:
        return not (self.good or self.enrolled or self.bad)


def checked_roster(cohort: Cohort, text: str) -> Roster:
    """Check a pasted list before anyone is enrolled. Three queries for a list of any length."""
    lines = roster_lines(text, list(cohort.groups.values_list("name", flat=True)))
    emails = [line.email for line in lines if line.email]
    known = {
        person.low: person for person in User.objects.annotate(low=Lower("email")).filter(low__in=emails)
    }
    enrolled = set(
        Enrolment.objects.filter(cohort=cohort, ended_on=None, person__in=known.values()).values_list(
            "person_id", flat=True
        )
    )
    return _sorted_out(lines, known, enrolled)


def _sorted_out(lines: Sequence[RosterLine], known: dict[str, User], enrolled: set[int]) -> Roster:
    good, there, bad = [], [], []
    for line in lines:
        person = known.get(line.email)
        problem = line.problem or _problem(line, person)
        if problem:
            bad.append(RosterLine(line.number, line.text, problem=problem))
        elif person and person.pk in enrolled:
            there.append(CheckedLine(line, person.name, "is already enrolled"))
        else:
            status = _status(person)
            good.append(CheckedLine(line, person.name if person else line.name, status))
    return Roster(tuple(good), tuple(there), tuple(bad))


def _status(person: User | None) -> str:
    if person is None:
        return "new, gets an invitation"
    return "has an account" if has_signed_in(person) else "has an account, not signed in yet"


def _problem(line: RosterLine, person: User | None) -> str:
    if person is None and not line.name:
        return "no name"
    if person is not None and not person.is_active:
        return f"the account of {person} is disabled; ask an operator"
    return ""
