"""One student's work on one day: due, left, and done early.

Where the rules leave room, this is how they are read:

- A due day in a pause moves to the first day after the pause. Work is due on its due day. *After joining* means at
  least one day later: work due on the day of joining is not expected.
- Days early and late leave out pauses; days late leave out accepted absences too.
- After the enrolment ends or the cohort closes, the work stays as it was on that day.
- For the spread of a group, milestones that were skipped, waived or due before joining count as done, since the student
  does not have to catch up on them. Optional milestones do not count.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from courses.calendar import in_turn, is_expected
from lib.weeks import after_pause, days_between_without
from tracker.standing.facts import AHEAD_DAYS, PlannedMilestone, ProgressState, StudentFacts

_SETTLED = frozenset({ProgressState.DONE, ProgressState.SKIPPED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Due milestones by day, split into `done` and `left`; skipped ones are in neither.

    `left_since` is the due day of the oldest milestone left, `late_days` the days since then. `done_for_spread` counts
    milestones of the whole plan. `to_do` are the open ones of the whole plan, the next one first.
    """

    due: tuple[PlannedMilestone, ...]
    done: tuple[PlannedMilestone, ...]
    left: tuple[PlannedMilestone, ...]
    left_since: date | None
    late_days: int
    ahead_by: int
    done_for_spread: int
    to_do: tuple[PlannedMilestone, ...]


@dataclass(frozen=True, slots=True)
class _RequiredMilestone:
    """A milestone of the plan that is not optional, with its due day after pauses and the student's state."""

    milestone: PlannedMilestone
    due_on: date | None
    state: ProgressState
    is_waived: bool

    def is_open(self) -> bool:
        return not self.is_waived and self.state not in _SETTLED

    def is_expected_after(self, joined_on: date) -> bool:
        return not self.is_waived and is_expected(self.due_on, joined_on)


def is_active(facts: StudentFacts) -> bool:
    return all(day is None or facts.today < day for day in (facts.ended_on, facts.cohort_closed_on))


def has_begun(facts: StudentFacts) -> bool:
    return facts.cohort_starts_on <= facts.today


def work_of(facts: StudentFacts) -> Work:
    """Compare the plan with the progress; milestones done more than a week before they are due are ahead."""
    until = min(day for day in (facts.today, facts.ended_on, facts.cohort_closed_on) if day is not None)
    steps = _steps(facts)
    expected = [(step.due_on, step) for step in steps if step.is_expected_after(facts.joined_on)]
    due = [(day, step) for day, step in expected if has_begun(facts) and day is not None and day <= until]
    left = [(day, step) for day, step in due if step.state not in _SETTLED]
    left_since = left[0][0] if left else None
    excused = [*facts.pauses, *facts.absences]
    return Work(
        due=tuple(step.milestone for _, step in due),
        done=tuple(step.milestone for _, step in due if step.state == ProgressState.DONE),
        left=tuple(step.milestone for _, step in left),
        left_since=left_since,
        late_days=0 if left_since is None else days_between_without(left_since, until, excused),
        ahead_by=sum(
            step.state == ProgressState.DONE
            and day is not None
            and days_between_without(until, day, facts.pauses) > AHEAD_DAYS
            for day, step in expected
        ),
        done_for_spread=sum(
            not step.is_open() or not step.is_expected_after(facts.joined_on) for step in steps
        ),
        to_do=tuple(
            step.milestone for step in in_turn((step for step in steps if step.is_open()), facts.joined_on)
        ),
    )


def hours_of(milestones: tuple[PlannedMilestone, ...]) -> Decimal:
    """The sum of the planned hours; a milestone without hours adds 0."""
    return sum((milestone.planned_hours or Decimal(0) for milestone in milestones), Decimal(0))


def _steps(facts: StudentFacts) -> list[_RequiredMilestone]:
    """Required milestones by due day and position; those without a due day come last."""
    progress = {progress.milestone_id: progress for progress in facts.progress}
    steps = []
    for milestone in facts.plan:
        if not milestone.is_optional:
            due_on = milestone.due_on and after_pause(milestone.due_on, facts.pauses)
            mark = progress.get(milestone.id)
            state, is_waived = (mark.state, mark.is_waived) if mark else (ProgressState.NOT_STARTED, False)
            steps.append(_RequiredMilestone(milestone, due_on, state, is_waived))
    return sorted(
        steps, key=lambda step: (step.due_on is None, step.due_on or date.max, step.milestone.position)
    )
