"""One student's work on one day: due, left, and done early.

Where the rules leave room, this is how they are read:

- A due day in a pause moves to the first day after the pause: that is the day of the plan, and of the group. Work is
  due on its due day. *After joining* means at least one day later by the plan: work due on the day of joining is not
  expected.
- A student's own day is the first one from then on that is in none of their accepted absences either: nothing becomes
  late while they are away, and what was late before stays late. What is open in a pause is due on the day after it:
  work that was late before counts again then.
- Days early and late leave out pauses; days late leave out accepted absences too. Days early go by the plan.
- After the enrolment ends or the cohort closes, the work stays as it was on that day.
- For the spread of a group, milestones that were skipped, waived or due before joining count as done, since the student
  does not have to catch up on them. Optional milestones do not count.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from courses.calendar import in_turn, is_expected
from lib.weeks import Period, after_pause, days_between_without
from tracker.standing.facts import AHEAD_DAYS, PlannedMilestone, ProgressState, StudentFacts

_SETTLED = frozenset({ProgressState.DONE, ProgressState.SKIPPED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Due milestones by day, split into `done` and `left`; skipped ones are in neither.

    `days` are the student's own due days, of all milestones of the plan that were not due before they joined.
    `expected` are the milestones that are expected of the student, each with their own day. `left_since` is the due day
    of the oldest milestone left, `late_days` the days since then. `done_for_spread` counts milestones of the whole
    plan. `to_do` are the open ones of the whole plan, the next one first.
    """

    days: Mapping[int, date]
    expected: tuple[PlannedMilestone, ...]
    due: tuple[PlannedMilestone, ...]
    done: tuple[PlannedMilestone, ...]
    left: tuple[PlannedMilestone, ...]
    left_since: date | None
    late_days: int
    ahead_by: int
    done_for_spread: int
    to_do: tuple[PlannedMilestone, ...]


@dataclass(frozen=True, slots=True)
class _Step:
    """A milestone of the plan: the group's due day, the student's own (None: not due for them), and their state."""

    milestone: PlannedMilestone
    due_on: date | None
    own_on: date | None
    state: str
    is_waived: bool
    is_open: bool
    is_expected: bool


def is_active(facts: StudentFacts) -> bool:
    return all(day is None or facts.today < day for day in (facts.ended_on, facts.cohort_closed_on))


def is_away(facts: StudentFacts, on: date | None = None) -> bool:
    """Whether the student is away today, or on another day."""
    return any(absence.contains(on or facts.today) for absence in facts.absences)


def away_until(absences: Iterable[Period], today: date) -> date | None:
    """Return the last day of the absence, or the break, that today is in; None if it is in none, or that has no end."""
    back_on = after_pause(today, absences)
    return back_on - timedelta(days=1) if back_on and back_on != today else None


def own_day(
    due_on: date, pauses: Sequence[Period], absences: Sequence[Period] = (), today: date | None = None
) -> date | None:
    """Return the first day from a due day on that is in none of the pauses and absences; None if that has no end.

    Args:
        today: for what is still open: in a pause, it is due on the day after it.
    """
    if today is not None and any(pause.contains(today) for pause in pauses):
        due_on = max(due_on, today)
    return after_pause(due_on, [*pauses, *absences])


def has_begun(facts: StudentFacts) -> bool:
    return facts.cohort_starts_on <= facts.today


def work_of(facts: StudentFacts) -> Work:
    """Compare the plan with the progress; milestones done more than a week before they are due are ahead."""
    until = min(day for day in (facts.today, facts.ended_on, facts.cohort_closed_on) if day is not None)
    steps = _steps(facts, until)
    required = [step for step in steps if not step.milestone.is_optional]
    expected = [step for step in required if step.is_expected and not step.is_waived]
    begun = expected if has_begun(facts) else []
    due = [step for step in begun if step.own_on is not None and step.own_on <= until]
    left = [step for step in due if step.state not in _SETTLED]
    left_since = left[0].own_on if left else None
    return Work(
        days={step.milestone.id: step.own_on for step in steps if step.own_on is not None},
        expected=tuple(
            # Most days are those of the group: to copy each takes a twentieth of a board.
            step.milestone
            if step.own_on == step.milestone.due_on
            else replace(step.milestone, due_on=step.own_on)
            for step in expected
        ),
        due=tuple(step.milestone for step in due),
        done=tuple(step.milestone for step in due if step.state == ProgressState.DONE),
        left=tuple(step.milestone for step in left),
        left_since=left_since,
        late_days=0
        if left_since is None
        else days_between_without(left_since, until, [*facts.pauses, *facts.absences]),
        ahead_by=sum(
            step.state == ProgressState.DONE
            and step.due_on is not None
            and days_between_without(until, step.due_on, facts.pauses) > AHEAD_DAYS
            for step in expected
        ),
        done_for_spread=sum(not step.is_open or not step.is_expected for step in required),
        to_do=tuple(
            step.milestone for step in in_turn((each for each in required if each.is_open), facts.joined_on)
        ),
    )


def hours_of(milestones: tuple[PlannedMilestone, ...]) -> Decimal:
    """The sum of the planned hours; a milestone without hours adds 0."""
    return sum((milestone.planned_hours or Decimal(0) for milestone in milestones), Decimal(0))


def _steps(facts: StudentFacts, until: date) -> list[_Step]:
    """The plan by the group's due days and position; milestones without a due day come last."""
    steps = []
    for milestone in facts.plan:
        due_on = milestone.due_on and after_pause(milestone.due_on, facts.pauses)
        mark = facts.marks.get(milestone.id)
        state = mark.state if mark else ProgressState.NOT_STARTED
        is_waived = mark is not None and mark.waived_at is not None
        owes = is_expected(due_on, facts.joined_on)
        is_open = not is_waived and state not in _SETTLED
        open_on = until if is_open else None
        own_on = own_day(due_on, facts.pauses, facts.absences, open_on) if due_on and owes else None
        steps.append(_Step(milestone, due_on, own_on, state, is_waived, is_open, owes))
    return sorted(
        steps, key=lambda step: (step.due_on is None, step.due_on or date.max, step.milestone.position)
    )
