"""Whether someone should act for a student, and why.

Where the rules leave room, this is how they are read (see `work` for what is due and what is left):

- Silence is counted in days from the last activity, leaving out pauses and accepted absences. It starts no earlier
  than the day of joining and the cohort's start.
- Help that was answered is no longer owed: until the student marks what holds now, it is only to be watched.
- Since when help is needed is told in calendar days; whether it is owed is asked of the clock of the promises. It
  counts for every milestone: optional, waived or not in the plan.
- "Stuck" counts from the day after its meeting, until "well", or "done" in its check-in, ends it. Said once, it flags
  no one: it counts only for students who are badly behind, for two weeks after the meeting.
- "In a row" means the latest check-ins; an excused absence breaks the row.
- "Stuck" said again and again counts in the answers that there are; a meeting without an answer breaks no row.
- After the enrolment ends or the cohort closes there are no reasons. Before the cohort begins, in the grace period
  after joining, and in an accepted absence, the only reason is need for help. While nothing is on record of a student,
  grace begins when Trefoil was told of them: a list of people says nothing about what they did before.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import takewhile

from lib.weeks import days_between_without
from tracker.standing.attention import (
    Attention,
    Reason,
    ReasonCode,
    Severity,
    severity,
    worst,
    worst_first,
)
from tracker.standing.facts import (
    AHEAD_COUNT,
    ANSWER_DAYS,
    BEHIND_HOURS_SHARE,
    FLAGGED_SHARE,
    SPREAD_COUNT,
    STUCK_IN_A_ROW,
    Attendance,
    AttentionReader,
    Going,
    ProgressState,
    SaidBefore,
    StudentFacts,
    Thresholds,
    Word,
)
from tracker.standing.work import Work, has_begun, hours_of, is_active, is_away, work_of


class StandingPace(Word):
    """A student's pace as worked out from the plan."""

    AHEAD = "ahead"
    ON_TRACK = "on_track"
    BEHIND = "behind"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A student's work, and what follows from it.

    `codes` are those of all reasons that stand, also of those that a snooze hides: `reasons` are the others, or all of
    them if it hides all. `proposed_pace` calls one milestone left behind, long before that needs attention. Sorting
    by `severity` puts the worst first. `is_active`: the enrolment has not ended and the cohort is open.
    """

    work: Work
    proposed_pace: StandingPace
    attention: Attention
    reasons: tuple[Reason, ...]
    codes: frozenset[ReasonCode]
    is_active: bool
    is_set_aside: bool
    severity: Severity

    @property
    def behind_by(self) -> int:
        return len(self.work.left)

    @property
    def is_behind(self) -> bool:
        return self.is_active and self.proposed_pace is StandingPace.BEHIND

    @property
    def next_milestone_id(self) -> int | None:
        return self.work.to_do[0].id if self.work.to_do else None


def student_standing(
    facts: StudentFacts, thresholds: Thresholds, reader: AttentionReader | None = AttentionReader.MENTOR
) -> Standing:
    """Work out the standing of one student alone."""
    return standing_for(facts, thresholds, work_of(facts), reader)


def standing_for(
    facts: StudentFacts,
    thresholds: Thresholds,
    work: Work,
    reader: AttentionReader | None,
    *,
    spread: Reason | None = None,
) -> Standing:
    """Work out one student's standing; `spread` is the reason that `group_standings` adds for who is left behind.

    Without a reader there is no attention, and no reason for any.
    """
    pace = pace_of(work, thresholds)
    requests = _requests(facts)
    needed = _needs_help(facts, requests, reader)
    reasons = (
        worst_first(_reasons(facts, thresholds, work, needed, spread))
        if reader is not None and is_active(facts)
        else ()
    )
    shown = tuple(reason for reason in reasons if not _is_snoozed(facts, reason.code))
    is_set_aside = not shown and facts.snooze is not None and facts.today < facts.snooze.until_on
    attention = worst(shown)
    told = reasons if is_set_aside else shown
    return Standing(
        work=work,
        proposed_pace=_proposed_pace(work, pace, facts.today),
        attention=attention,
        reasons=told,
        codes=frozenset(reason.code for reason in reasons),
        is_active=is_active(facts),
        is_set_aside=is_set_aside,
        severity=severity(
            attention,
            told,
            len(work.left),
            work.late_days,
            asked_at=requests[0][0] if requests else None,
        ),
    )


def _is_snoozed(facts: StudentFacts, code: ReasonCode) -> bool:
    """A reason that the snooze was set on stays hidden, also when it gets worse; any, if it was set on none.

    A later request for help is never hidden.
    """
    if facts.snooze is None or facts.today >= facts.snooze.until_on:
        return False
    if code is ReasonCode.NEEDS_HELP:
        return facts.help_asked_at is None or facts.help_asked_at <= facts.snooze.put_aside_at
    return not facts.snooze.codes or code in facts.snooze.codes


def pace_of(work: Work, thresholds: Thresholds) -> StandingPace:
    if len(work.left) >= thresholds.behind_count or _is_late(work, thresholds):
        return StandingPace.BEHIND
    if work.ahead_by >= AHEAD_COUNT and not work.left:
        return StandingPace.AHEAD
    return StandingPace.ON_TRACK


def _is_late(work: Work, thresholds: Thresholds) -> bool:
    return bool(work.left) and work.late_days > thresholds.behind_days


def _requests(facts: StudentFacts) -> list[tuple[datetime, int]]:
    """The requests for help that nobody has answered yet, and their milestones, the longest wait first."""
    return sorted(
        (facts.help_needed_at(mark), milestone)
        for milestone, mark in facts.marks.items()
        if mark.state == ProgressState.NEED_HELP and mark.helped_at is None
    )


def _needs_help(
    facts: StudentFacts, requests: Sequence[tuple[datetime, int]], reader: AttentionReader | None
) -> Reason | None:
    """The milestones with which the student needs help, and the days of the longest wait."""
    if not requests:
        return None
    wait = facts.help_wait
    return Reason(
        code=ReasonCode.NEEDS_HELP,
        attention=_act_if(reader is AttentionReader.MENTOR or (wait is not None and wait.is_twice_over)),
        titles=_titles(facts, [milestone for _, milestone in requests]),
        days=(facts.today - requests[0][0].date()).days,
        late=wait.late_days if wait is not None else None,
    )


def _titles(facts: StudentFacts, milestones: Sequence[int]) -> tuple[str, ...]:
    titles = {milestone.id: milestone.title for milestone in facts.plan}
    return tuple(titles.get(milestone, "") for milestone in milestones)


def _reasons(
    facts: StudentFacts,
    thresholds: Thresholds,
    work: Work,
    needed: Reason | None,
    spread: Reason | None,
) -> Iterator[Reason]:
    """Yield each reason with its attention; this is where the rules for act and watch are."""
    if needed is not None:
        yield needed
    answered = sorted(
        (facts.day(mark.helped_at), milestone)
        for milestone, mark in facts.marks.items()
        if mark.state == ProgressState.NEED_HELP and mark.helped_at is not None
    )
    if answered and not is_away(facts):
        yield Reason(
            code=ReasonCode.HELP_ANSWERED,
            attention=Attention.WATCH,
            titles=_titles(facts, [milestone for _, milestone in answered]),
            days=(facts.today - answered[-1][0]).days,
        )
    # For a student without a record yet, the day on which Trefoil was told of them.
    is_unknown = not facts.marks and not facts.attendances
    known_from = max(facts.joined_on, facts.recorded_on or date.min) if is_unknown else facts.joined_on
    is_in_grace = facts.today < known_from + timedelta(days=thresholds.grace_days)
    if has_begun(facts) and not is_in_grace and not is_away(facts):
        yield from _reasons_of_work(facts, thresholds, work)
        if spread is not None:
            yield spread


def _reasons_of_work(facts: StudentFacts, thresholds: Thresholds, work: Work) -> Iterator[Reason]:
    """Yield those after the days of grace."""
    silent_days = _silent_days(facts)
    is_silent = silent_days is not None and silent_days >= thresholds.silent_days
    due_hours = hours_of(work.due)
    is_far_by_hours = due_hours > 0 and hours_of(work.left) * 100 >= due_hours * BEHIND_HOURS_SHARE
    is_badly_behind = bool(work.left) and (len(work.left) >= thresholds.behind_count or is_far_by_hours)
    said = _said_lately(facts)
    stuck = sum(1 for _ in takewhile(lambda each: each.is_stuck, said))
    is_stuck = any(each.is_stuck and (facts.today - each.meeting_on).days <= ANSWER_DAYS for each in said)
    must_act = is_badly_behind and (is_silent or is_stuck)
    if must_act or pace_of(work, thresholds) is StandingPace.BEHIND:
        # How long a single milestone has been late; the days of the oldest of several would mislead.
        is_one = len(work.left) == 1 and _is_late(work, thresholds)
        yield Reason(
            code=ReasonCode.BEHIND,
            attention=_act_if(must_act),
            titles=tuple(milestone.title for milestone in work.left),
            count=len(work.left),
            days=work.late_days if is_one else 0,
        )
    if silent_days is not None and is_silent and work.left:
        invited_on = None if facts.has_signed_in else facts.invited_on
        yield Reason(
            code=ReasonCode.SILENT,
            attention=_act_if(is_badly_behind),
            days=(facts.today - invited_on).days if invited_on else silent_days,
            has_signed_in=facts.has_signed_in,
        )
    if is_stuck and is_badly_behind:
        yield Reason(code=ReasonCode.STUCK, attention=Attention.ACT, count=stuck)
    elif stuck >= STUCK_IN_A_ROW:
        yield Reason(code=ReasonCode.STUCK_IN_A_ROW, attention=Attention.WATCH, count=stuck)
    absences = sum(1 for _ in takewhile(lambda each: each == Attendance.ABSENT, facts.attendances))
    if absences >= thresholds.absences_in_a_row:
        yield Reason(code=ReasonCode.ABSENT, attention=Attention.ACT, count=absences)


def _said_lately(facts: StudentFacts) -> list[SaidBefore]:
    """What was said since the end of the last "stuck", without "stuck" before a meeting whose day is not over."""
    counted = [each for each in facts.said if not each.is_stuck or each.meeting_on < facts.today]
    return list(takewhile(lambda each: each.going != Going.WELL and not each.is_done, counted))


def _act_if(is_act: bool) -> Attention:
    return Attention.ACT if is_act else Attention.WATCH


def _silent_days(facts: StudentFacts) -> int | None:
    """Days without activity since there could be any; None for who never signed in and was never invited to."""
    if not facts.has_signed_in and facts.invited_on is None:
        return None
    since = [facts.cohort_starts_on, facts.joined_on, facts.last_active_on]
    # Nobody knows the time of imported work; an import of "nothing begun" says enough.
    if not facts.marks or any(mark.state != ProgressState.NOT_STARTED for mark in facts.marks.values()):
        since.append(facts.recorded_on)
    if not facts.has_signed_in:
        since.append(facts.invited_on)
    latest = max(day for day in since if day is not None)
    return days_between_without(latest, facts.today, [*facts.pauses, *facts.absences])


def _proposed_pace(work: Work, pace: StandingPace, today: date) -> StandingPace:
    """One milestone behind is behind, long before it needs attention."""
    if work.left:
        # Too early to call them behind.
        is_due_only_today = work.left_since == today and pace is not StandingPace.BEHIND
        return StandingPace.ON_TRACK if is_due_only_today else StandingPace.BEHIND
    return StandingPace.AHEAD if work.ahead_by else StandingPace.ON_TRACK


def group_standings(
    members: Sequence[StudentFacts],
    thresholds: Thresholds,
    reader: AttentionReader | None = AttentionReader.MENTOR,
) -> tuple[tuple[Standing, ...], int]:
    """Work out the standings of a group's members, in the order given; who is left behind in a wide spread is watched.

    Returns:
        The standings, and the spread: how many milestones active members are apart, without those who are away. See
        `work` for what counts as done.
    """
    works = [work_of(facts) for facts in members]
    compared = [
        work.done_for_spread
        for work, facts in zip(works, members, strict=True)
        if is_active(facts) and not is_away(facts)
    ]
    least, most = min(compared, default=0), max(compared, default=0)
    is_wide = most - least >= SPREAD_COUNT
    behind = Reason(code=ReasonCode.SPREAD, attention=Attention.WATCH, count=most - least)
    standings = tuple(
        standing_for(
            facts,
            thresholds,
            work,
            reader,
            spread=behind if is_wide and work.done_for_spread == least else None,
        )
        for work, facts in zip(works, members, strict=True)
    )
    return standings, most - least


def is_too_many(flagged: int, active: int) -> bool:
    """Whether the flags no longer mean anything."""
    return flagged * 100 > active * FLAGGED_SHARE
