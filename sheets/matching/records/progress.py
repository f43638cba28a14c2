"""Plans of groups and progress of students from our own workbook."""

from datetime import date

from courses.models import Milestone
from groups.models import Group
from lib.days import full_day
from sheets.matching.ledger import NO_DATE, DuplicateRow, Ledger, RowRefused
from sheets.matching.plan import Verdict
from sheets.matching.progress_snapshot import ProgressSnapshot, hours_label
from sheets.understanding.records.students import PlanRecord, ProgressRecord
from tracker.models import Progress


def plan_new_group(ledger: Ledger, rows: list[PlanRecord], group: Group) -> dict[int, date | None]:
    """The plan of a new group: its own dates by milestone id."""
    planned: dict[int, date | None] = {}
    for row, milestone in _matched(ledger, rows):
        if milestone.pk in planned:
            twice = DuplicateRow("It is listed twice in the plan.")
            ledger.refuse(row.location, row.milestone, twice)
            continue
        planned[milestone.pk] = row.due_on
        ledger.plan.add(Verdict.NEW, f"{group}: {milestone.title}", row.location, _due_label(row.due_on))
    return planned


def compare_plan(ledger: Ledger, rows: list[PlanRecord], group: Group) -> None:
    """Note where the plan of an existing group differs. The group's plan stays as it is."""
    existing = ledger.now.plans[group.pk] if rows else {}
    for row, milestone in _matched(ledger, rows):
        reason = ""
        if milestone.pk not in existing:
            reason = "not in the group's plan, which is kept"
        elif existing[milestone.pk] != row.due_on:
            says, has = (_due_label(day) for day in (row.due_on, existing[milestone.pk]))
            reason = f"{says} in the file, {has} in the group's plan, which is kept"
        ledger.plan.add(Verdict.UNCHANGED, f"{group}: {milestone.title}", row.location, reason)


def _due_label(day: date | None) -> str:
    return f"due {full_day(day)}" if day else NO_DATE


def _matched(ledger: Ledger, rows: list[PlanRecord]) -> list[tuple[PlanRecord, Milestone]]:
    matched = []
    for row in rows:
        try:
            matched.append((row, ledger.milestone(row.milestone, row.location)))
        except RowRefused as refusal:
            ledger.refuse(row.location, row.milestone, refusal)
    return matched


def match_progress(ledger: Ledger, progress: ProgressSnapshot, row: ProgressRecord) -> None:
    """Import recorded progress; existing progress moves forward by itself only."""
    new, what, location = (
        row.progress,
        f"{row.person.name or row.person.email}, {row.milestone}",
        row.location,
    )
    try:
        new.enrolment = ledger.student(row.person, location, row.joined_on)
        new.milestone = ledger.milestone(row.milestone, location)
    except RowRefused as refusal:
        ledger.refuse(location, what, refusal)
        return
    of = (new.enrolment, new.milestone.pk)
    if progress.has(*of):
        since = ledger.noon(new.finished_on)
        details = progress.move_on(*of, new.state, since, what=what, location=location)
        if new.hours is not None:
            details += progress.note_hours(*of, new.hours, what=what, location=location)
        verdict = Verdict.CHANGED if details else Verdict.UNCHANGED
        ledger.plan.add(verdict, what, location, "; ".join(details))
        return
    details = [new.state.replace("_", " ")]
    if new.state_since is not None:
        details[0] += f" since {full_day(new.state_since.date())}"
    elif new.state != Progress.State.NOT_STARTED:
        details[0] += f" ({NO_DATE})"
    if new.hours is not None:
        details.append(hours_label(new.hours))
    if new.waived_at is not None:
        details.append("waived")
    ledger.plan.add(Verdict.NEW, what, location, "; ".join(details))
    new.changed_by = ledger.who(row.changed_by) or ledger.by
    new.waived_by = (ledger.who(row.waived_by) or ledger.by) if new.waived_at else None
    progress.bring(new)
