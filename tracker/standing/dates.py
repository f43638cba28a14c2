"""When a student, and so a group, is likely to end a milestone: from the hours spent and what is left.

- *Pace*: hours spent a week since the student began, pauses and accepted absences left out. Before the hours of two
  finished milestones are known, it is the hours a week that were agreed; without these, nothing is said.
- *What is left* of a milestone: its planned hours, times what the finished ones took of theirs, less what was spent.
- *Early end*: 9 of 10 end on that day or later. It is the further from the likely date, the fewer milestones are
  known, and the more their hours differ from each other.
- *Of a group*: the date by which most of its members can be done, so that one who is far behind, and has attention of
  their own, does not set the dates of all.

How often the early end holds is shown by `tests/tracker/standing/test_dates.py`, and written in decision 36.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil, exp, floor, log, sqrt

from lib.weeks import days_between_without, days_later_without
from tracker.standing.facts import PlannedMilestone, State, StudentFacts

_DAY = timedelta(days=1)
_FEWEST = 2
# Of a normal distribution, 9 of 10 are above so many standard deviations below its middle.
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


@dataclass(frozen=True, slots=True)
class LikelyDate:
    """When a milestone is likely to end, and the early end of the range."""

    milestone: PlannedMilestone
    likely_on: date
    early_on: date

    @property
    def misses(self) -> bool:
        """Whether the milestone was planned for a day before even the early end."""
        due_on = self.milestone.due_on
        return due_on is not None and due_on < self.early_on


@dataclass(frozen=True, slots=True)
class _Pace:
    """`ratio`: hours spent for an hour planned. What is left begins after `counted_to`."""

    hours_a_week: float
    ratio: float
    spread: float
    known: int
    counted_to: date


def student_dates(facts: StudentFacts, hours_a_week: int | None) -> dict[int, LikelyDate]:
    """Return the dates by the id of the milestone, for what is left of the plan; optional milestones are not.

    Args:
        hours_a_week: what was agreed.
    """
    planned = {each.id: float(each.planned_hours) for each in facts.plan if each.planned_hours}
    has_ended = facts.ended_on is not None and facts.ended_on <= facts.today
    is_closed = facts.cohort_closed_on is not None and facts.cohort_closed_on <= facts.today
    if not planned or has_ended or is_closed:
        return {}
    typical = sum(planned.values()) / len(planned)
    pace = _pace(facts, planned, typical, hours_a_week)
    if pace is None or pace.hours_a_week <= 0:
        return {}
    away = [*facts.pauses, *facts.absences]
    marks = {mark.milestone_id: mark for mark in facts.progress}
    settled = _settled(facts)
    dates, hours, count = {}, 0.0, 0
    for each in facts.plan:
        if each.is_optional or each.id in settled:
            continue
        mark = marks.get(each.id)
        expected = planned.get(each.id, typical) * pace.ratio
        hours += max(expected - float(mark.hours or 0 if mark else 0), _LEAST_LEFT * expected)
        count += 1
        days = 7 * hours / pace.hours_a_week
        if days > _FARTHEST_DAYS:
            break
        factor = exp(_DEVIATIONS * pace.spread * sqrt(1 / count + 1 / max(pace.known, 1)))
        likely_on = days_later_without(pace.counted_to, ceil(days), away)
        early_on = days_later_without(pace.counted_to, floor(days / factor), away)
        if likely_on is None or early_on is None:
            break
        dates[each.id] = LikelyDate(each, max(likely_on, facts.today), max(early_on, facts.today))
    return dates


def group_dates(
    plan: Sequence[PlannedMilestone], members: Sequence[tuple[StudentFacts, Mapping[int, LikelyDate]]]
) -> dict[int, LikelyDate]:
    """Return the dates by which most members can be done, by the id of the milestone; those done already count.

    Members of whom nothing can be said are left out, unless they are most.
    """
    told = [dates for facts, dates in members if dates or _has_finished(facts)]
    if not told or 2 * len(told) < len(members):
        return {}
    by_milestone = {}
    for each in plan:
        left = [dates[each.id] for dates in told if each.id in dates]
        # Of three the second; of two the later one. Who is done stands before them.
        place = len(told) // 2 - (len(told) - len(left))
        if left and place >= 0:
            by_milestone[each.id] = LikelyDate(
                each,
                sorted(date.likely_on for date in left)[place],
                sorted(date.early_on for date in left)[place],
            )
    return by_milestone


def _has_finished(facts: StudentFacts) -> bool:
    """Whether nothing is left of the plan but what is optional."""
    settled = _settled(facts)
    return all(each.is_optional or each.id in settled for each in facts.plan)


def _settled(facts: StudentFacts) -> set[int]:
    closed = (State.DONE, State.SKIPPED)
    return {mark.milestone_id for mark in facts.progress if mark.is_waived or mark.state in closed}


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
        return _Pace(float(agreed), 1.0, _USUAL_SPREAD, 0, counted_to)
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
    return _Pace(7 * (spent + under_way) / days, ratio, spread, len(known), counted_to)
