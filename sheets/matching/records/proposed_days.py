"""Which days from which somebody is a student, member or mentor nobody chose: an import proposed them."""

from collections import defaultdict
from datetime import date, datetime
from functools import cached_property

from courses.models import Cohort
from groups.models import Enrolment, Membership, Mentorship
from sheets.matching.ledger import shown_day
from sheets.models import SheetImport
from tracker.models import CheckInEntry

type Stay = Enrolment | Membership | Mentorship


class ProposedDays:
    """Knows why a start that is stored must stay as it is although a workbook gives another one. Five queries."""

    def __init__(self, cohort: Cohort) -> None:
        self._cohort = cohort

    def why_kept(self, row: Stay, day: date) -> str:
        """The reason, or "" if the start may become that day."""
        if row.pk not in self._proposed[type(row)]:
            return "this day was set in Trefoil"
        enrolment_id = {Enrolment: row.pk, Membership: getattr(row, "enrolment_id", None)}.get(type(row))
        met_on = self._first_met.get(enrolment_id) if enrolment_id else None
        if met_on and met_on < day:
            return f"a check-in of {shown_day(met_on)} is about them"
        return ""

    @cached_property
    def _proposed(self) -> dict[type[Stay], set[int]]:
        return {
            Enrolment: self._proposed_rows(Enrolment, cohort=self._cohort),
            Membership: self._proposed_rows(Membership, enrolment__cohort=self._cohort),
            Mentorship: self._proposed_rows(Mentorship, group__cohort=self._cohort),
        }

    def _proposed_rows(self, model: type[Stay], **of: Cohort) -> set[int]:
        """The ids of rows that an import made and whose start was never changed since."""
        made_at: dict[int, datetime] = {}
        starts: dict[int, set[date]] = defaultdict(set)
        records = model.history.filter(**of).order_by("history_date", "history_id")
        for pk, started_on, at in records.values_list("id", "started_on", "history_date"):
            made_at.setdefault(pk, at)
            starts[pk].add(started_on)
        return {pk for pk, at in made_at.items() if at in self._import_moments and len(starts[pk]) == 1}

    @cached_property
    def _import_moments(self) -> set[datetime]:
        """When imports wrote days that nobody had chosen in their preview."""
        confirmed = SheetImport.objects.filter(cohort=self._cohort, state=SheetImport.State.CONFIRMED)
        return {
            at
            for at, options in confirmed.values_list("confirmed_at", "options")
            if at is not None and not options.get("starts_on") and not options.get("days")
        }

    @cached_property
    def _first_met(self) -> dict[int, date]:
        """The first week of which a check-in says something about an enrolment, by its last day."""
        first: dict[int, date] = {}
        entries = CheckInEntry.objects.filter(enrolment__cohort=self._cohort).select_related("check_in")
        for entry in entries.only("enrolment", "check_in__week_starts_on"):
            on = entry.check_in.week.ends_on
            first[entry.enrolment_id] = min(on, first.get(entry.enrolment_id, on))
        return first
