"""Enrolments of a cohort, existing and new, and which one is meant on a day."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from groups.models import Enrolment
from lib.weeks import holds
from sheets.matching.cohort_snapshot import CohortSnapshot


@dataclass(frozen=True, slots=True)
class EnrolmentRef:
    """An existing enrolment by its id, or one that this import makes for a person, from that day.

    Without a day, a list of people or a tracker makes it, and it starts when others start.
    """

    email: str
    id: int | None = None
    started_on: date | None = None


@dataclass(frozen=True, slots=True)
class KnownEnrolment:
    ref: EnrolmentRef
    started_on: date
    ended_on: date | None
    level: str = ""


class Enrolments:
    """Costs one query for the whole cohort; ended enrolments are included."""

    def __init__(self, now: CohortSnapshot) -> None:
        self._of: dict[str, list[KnownEnrolment]] = defaultdict(list)
        rows = Enrolment.objects.filter(cohort=now.cohort).order_by("started_on", "pk")
        names = ("pk", "person__email", "started_on", "ended_on", "level")
        for pk, email, started_on, ended_on, level in rows.values_list(*names):
            self._of[email].append(KnownEnrolment(EnrolmentRef(email, pk), started_on, ended_on, level))

    def add(
        self, ref: EnrolmentRef, started_on: date, ended_on: date | None = None, level: str = ""
    ) -> EnrolmentRef:
        self._of[ref.email].append(KnownEnrolment(ref, started_on, ended_on, level))
        return ref

    def open(self, email: str) -> EnrolmentRef | None:
        return next((known.ref for known in self._of.get(email, ()) if known.ended_on is None), None)

    def find(self, email: str, joined_on: date | None, *, is_open: bool) -> KnownEnrolment | None:
        """The enrolment that began on that day; if an open one is wanted, an open one."""
        of = self._of.get(email, ())
        begun = [known for known in of if joined_on is None or known.started_on == joined_on]
        same = [known for known in begun if (known.ended_on is None) == is_open]
        if is_open and not same:
            same = [known for known in of if known.ended_on is None]
        return next(iter(same or begun), None)

    def on_day(self, email: str, day: date | None) -> EnrolmentRef | None:
        """A person's enrolment on a day: the one open then, else the last one before, else any."""
        of = self._of.get(email, ())
        if not of:
            return None
        if day is None:
            return self.open(email) or of[-1].ref
        holding = [known for known in of if holds(day, known.started_on, known.ended_on)]
        before = [known for known in of if known.started_on <= day]
        latest = max(holding or before, key=lambda known: known.started_on, default=None)
        return latest.ref if latest else self.open(email) or of[0].ref

    def __contains__(self, email: str) -> bool:
        return bool(self._of.get(email))
