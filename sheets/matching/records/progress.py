"""Plans of groups and progress of students from our own workbook."""

from sheets.matching.ledger import Ledger, RowRefused, shown_day
from sheets.matching.plan import Verdict
from sheets.matching.progress_snapshot import ProgressSnapshot
from sheets.matching.sheet_changes import NewProgress
from sheets.understanding.records import PlanRecord, ProgressRecord


def plan_new_group(ledger: Ledger, lines: list[tuple[int, PlanRecord]], group: str) -> list[int]:
    """Plan the plan of a new group, with its own dates; return the ids of its milestones."""
    planned: dict[int, None] = {}
    for n, line in lines:
        try:
            milestone = ledger.milestone(line.milestone, line.location)
        except RowRefused as refusal:
            ledger.refuse(n, line, line.milestone, refusal)
            continue
        if milestone.pk in planned:
            ledger.refuse(n, line, line.milestone, "It is listed twice in the plan.")
            continue
        planned[milestone.pk] = None
        ledger.plan.changes.plan_items.append((group, milestone.pk, line.due_on))
        due = f"due {shown_day(line.due_on)}" if line.due_on else "without a date"
        ledger.plan.add(Verdict.NEW, f"{group}: {milestone.title}", line.location, due)
    return list(planned)


def compare_plan(
    ledger: Ledger, lines: list[tuple[int, PlanRecord]], group: str, existing: dict[int, object]
) -> None:
    """Note where the plan of an existing group differs. The group's plan stays as it is."""
    for n, line in lines:
        try:
            milestone = ledger.milestone(line.milestone, line.location)
        except RowRefused as refusal:
            ledger.refuse(n, line, line.milestone, refusal)
            continue
        reason = ""
        if milestone.pk not in existing:
            reason = "not in the group's plan, which is kept"
        elif existing[milestone.pk] != line.due_on:
            reason = "has a different date in the group's plan, which is kept"
        ledger.plan.add(Verdict.UNCHANGED, f"{group}: {milestone.title}", line.location, reason)


class ProgressMatcher:
    """Imports recorded progress; existing progress only moves forward."""

    def __init__(self, ledger: Ledger, progress: ProgressSnapshot) -> None:
        self._ledger = ledger
        self._progress = progress

    def match(self, n: int, line: ProgressRecord) -> None:
        ledger = self._ledger
        what = f"{line.person.name or line.person.email}, {line.milestone}"
        try:
            ref = ledger.student(line.person, line.location, line.joined_on)
            milestone = ledger.milestone(line.milestone, line.location)
        except RowRefused as refusal:
            ledger.refuse(n, line, what, refusal)
            return
        existing = self._progress.find(ref, milestone.pk)
        if existing is not None:
            details = self._progress.move_on(ref, milestone.pk, line.state)
            if line.hours is not None and existing.hours is None and existing.id:
                ledger.plan.changes.hours[existing.id] = line.hours
                details.append(f"{line.hours.normalize():f} hours")
            ledger.plan.add(
                Verdict.CHANGED if details else Verdict.UNCHANGED, what, line.location, "; ".join(details)
            )
            return
        new = NewProgress(
            enrolment=ref,
            milestone_id=milestone.pk,
            state=line.state,
            since=ledger.moment(line.since),
            hours=line.hours,
            started_on=line.begun_on,
            finished_on=line.finished_on,
            changed_at=ledger.moment(line.changed_at),
            changed_by=ledger.email_of(line.changed_by),
            waived_at=ledger.moment(line.waived_at),
            waived_by=ledger.email_of(line.waived_by),
        )
        self._progress.bring(new)
        ledger.plan.add(Verdict.NEW, what, line.location, "; ".join(_labels(line)))


def _labels(line: ProgressRecord) -> list[str]:
    labels = [line.state.replace("_", " ")]
    if line.since is not None:
        labels[0] += f" since {shown_day(line.since.date())}"
    if line.hours is not None:
        labels.append(f"{line.hours.normalize():f} hours")
    if line.waived_at is not None:
        labels.append("waived")
    return labels
