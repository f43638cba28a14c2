"""The dates that a student, and so a group, can keep: from the hours spent and what is left.

- *Pace*: hours spent a week since the student began, pauses and accepted absences left out. Before the hours of two
  finished milestones are known, it is the hours a week that were agreed; without these, nothing is said.
- *What is left* of a milestone: its planned hours, times what the finished ones took of theirs, less what was spent.
- *Range*: 8 of 10 should end in it. It is wider the further away a date is, the fewer milestones are known, and the
  more their hours differ from each other.
- *Of a group*: the date by which most of its members can be done, so that one who is far behind, and has attention of
  their own, does not set the dates of all.

How often the range holds is shown by `tests/tracker/standing/test_dates.py`, and written in decision 36.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil, exp, floor, log, sqrt

from lib.weeks import Period, after_pause, days_between_without, days_later_without
from tracker.standing.facts import PlannedMilestone, State, StudentFacts

_DAY = timedelta(days=1)
_FEWEST = 2
# Of a normal distribution, 8 of 10 are within so many standard deviations.
_DEVIATIONS = 1.28
# How far the time that a milestone takes is from what was expected, as a factor's logarithm, and for how many finished
# milestones this assumption counts.
_USUAL_SPREAD, _ASSUMED = 0.55, 3
# A milestone under way whose expected hours are spent still takes some of them.
_LEAST_LEFT = 0.1
# Who noted no hours at the milestone under way may have worked for this long all the same.
_UNNOTED_DAYS = 7
# A date that is further away than this helps nobody.
_FARTHEST_DAYS = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class DateToKeep:
    """When a milestone is likely to end, and the range. `is_agreed`: from the hours a week that were agreed."""

    milestone: PlannedMilestone
    likely_on: date
    first_on: date
    last_on: date
    hours_a_week: float
    is_agreed: bool

    @property
    def misses(self) -> bool:
        """Whether even the first day of the range is after the day that was promised."""
        due_on = self.milestone.due_on
        return due_on is not None and due_on < self.first_on


@dataclass(frozen=True, slots=True)
class _Pace:
    """`ratio`: hours spent for an hour planned. What is left begins after `counted_to`."""

    hours_a_week: float
    ratio: float
    spread: float
    known: int
    counted_to: date
    is_agreed: bool


def student_dates(facts: StudentFacts, hours_a_week: int | None) -> dict[int, DateToKeep]:
    """Return the dates by the id of the milestone, for what is left of the plan; optional milestones are not.

    Args:
        hours_a_week: what was agreed.
    """
    planned = {each.id: float(each.planned_hours) for each in facts.plan if each.planned_hours}
    if not planned or not facts.plan or not _is_under_way(facts):
        return {}
    typical = sum(planned.values()) / len(planned)
    pace = _pace(facts, planned, typical, hours_a_week)
    if pace is None or pace.hours_a_week <= 0:
        return {}
    away = [*facts.pauses, *facts.absences]
    marks = {mark.milestone_id: mark for mark in facts.progress}
    dates, hours, count = {}, 0.0, 0
    for each in facts.plan:
        mark = marks.get(each.id)
        if each.is_optional or (mark and (mark.is_waived or mark.state in (State.DONE, State.SKIPPED))):
            continue
        expected = planned.get(each.id, typical) * pace.ratio
        hours += max(expected - float(mark.hours or 0 if mark else 0), _LEAST_LEFT * expected)
        count += 1
        days = 7 * hours / pace.hours_a_week
        factor = exp(_DEVIATIONS * pace.spread * sqrt(1 / count + 1 / max(pace.known, 1)))
        ends = [
            days_later_without(pace.counted_to, number, away) if number <= _FARTHEST_DAYS else None
            for number in (floor(days / factor), ceil(days), ceil(days * factor))
        ]
        first_on, likely_on, last_on = (max(day, facts.today) if day else None for day in ends)
        if first_on is None or likely_on is None or last_on is None:
            break
        dates[each.id] = DateToKeep(
            milestone=each,
            likely_on=likely_on,
            first_on=first_on,
            last_on=last_on,
            hours_a_week=pace.hours_a_week,
            is_agreed=pace.is_agreed,
        )
    return dates


def group_dates(
    plan: Sequence[PlannedMilestone], members: Sequence[tuple[StudentFacts, Mapping[int, DateToKeep]]]
) -> dict[int, DateToKeep]:
    """Return the dates by which most members can be done, by the id of the milestone; those done already count.

    Members of whom nothing can be said are left out, unless they are most.
    """
    told = [(facts, dates) for facts, dates in members if dates or is_finished(facts)]
    if not told or 2 * len(told) < len(members):
        return {}
    by_milestone = {}
    for each in plan:
        left = sorted(
            (dates[each.id] for facts, dates in told if each.id in dates), key=lambda date: date.likely_on
        )
        # Of three the second; of two the later one. Who is done stands before them.
        place = len(told) // 2 - (len(told) - len(left))
        if left and place >= 0:
            middle = left[place]
            by_milestone[each.id] = DateToKeep(
                milestone=each,
                likely_on=middle.likely_on,
                first_on=sorted(date.first_on for date in left)[place],
                last_on=sorted(date.last_on for date in left)[place],
                hours_a_week=middle.hours_a_week,
                is_agreed=middle.is_agreed,
            )
    return by_milestone


def dates_to_propose(
    plan: Sequence[PlannedMilestone], dates: Mapping[int, DateToKeep], pauses: Sequence[Period]
) -> dict[int, tuple[date, date]]:
    """Return the due day now and the one to propose, from the first promise on that is missed. Empty if none is.

    A date keeps its day of the week, unless that is in a pause, and none is earlier than what was promised.
    """
    changed = {}
    is_missed = False
    for each in plan:
        date_to_keep = dates.get(each.id)
        if date_to_keep is None or each.due_on is None:
            continue
        is_missed = is_missed or date_to_keep.misses
        if is_missed and each.due_on < date_to_keep.likely_on:
            later = (each.due_on.weekday() - date_to_keep.likely_on.weekday()) % 7
            day = date_to_keep.likely_on + later * _DAY
            changed[each.id] = (each.due_on, after_pause(day, pauses) or day)
    return changed


def _is_under_way(facts: StudentFacts) -> bool:
    has_ended = facts.ended_on is not None and facts.ended_on <= facts.today
    is_closed = facts.cohort_closed_on is not None and facts.cohort_closed_on <= facts.today
    return not has_ended and not is_closed


def is_finished(facts: StudentFacts) -> bool:
    """Whether nothing is left of the plan but what is optional."""
    settled = {
        mark.milestone_id
        for mark in facts.progress
        if mark.is_waived or mark.state in (State.DONE, State.SKIPPED)
    }
    return all(each.is_optional or each.id in settled for each in facts.plan)


def _pace(
    facts: StudentFacts, planned: Mapping[int, float], typical: float, agreed: int | None
) -> _Pace | None:
    in_plan = {each.id for each in facts.plan}
    done = [mark for mark in facts.progress if mark.state is State.DONE and mark.milestone_id in in_plan]
    known = [
        (planned[mark.milestone_id], float(mark.hours))
        for mark in done
        if mark.hours and mark.milestone_id in planned
    ]
    begun_on = max(facts.joined_on, facts.cohort_starts_on)
    if len(known) < _FEWEST:
        if not agreed:
            return None
        # What is left begins today, or when the student begins.
        counted_to = max(facts.today, begun_on - _DAY)
        return _Pace(float(agreed), 1.0, _USUAL_SPREAD, 0, counted_to, is_agreed=True)
    # One milestone that takes the hours planned counts beside those that are known.
    ratio = (sum(spent for _, spent in known) + typical) / (sum(hours for hours, _ in known) + typical)
    logs = [log(spent / hours) for hours, spent in known]
    mean = sum(logs) / len(logs)
    squares = _ASSUMED * _USUAL_SPREAD**2 + sum((each - mean) ** 2 for each in logs)
    spread = sqrt(squares / (_ASSUMED + len(logs) - 1))
    spent = sum(float(mark.hours or ratio * planned.get(mark.milestone_id, typical)) for mark in done)
    under_way = sum(
        float(mark.hours or 0)
        for mark in facts.progress
        if mark.milestone_id in in_plan and mark.state in (State.WORKING, State.NEED_HELP)
    )
    counted_to = facts.today
    if not under_way:
        last = max((mark.done_on for mark in done if mark.done_on), default=facts.today)
        counted_to = min(max(last, facts.today - _UNNOTED_DAYS * _DAY), facts.today)
    away = [*facts.pauses, *facts.absences]
    days = max(days_between_without(begun_on - _DAY, counted_to, away), 7)
    return _Pace(7 * (spent + under_way) / days, ratio, spread, len(known), counted_to, is_agreed=False)
