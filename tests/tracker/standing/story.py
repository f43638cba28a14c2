"""A course of four weeks for the tests of standing, told in days of September 2026.

It starts on Monday the 7th. LLM basics (3.5 h) is due on Sunday the 13th, Prompt engineering (3 h) on the 20th,
Indexation (2.5 h) on the 27th, RAG (3 h) on the 34th, which is 4 October: September goes on in these stories, and
before the 1st it counts back. Agents is planned without a day or hours, Reading is optional.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from courses.promises import Wait, waited
from lib.weeks import Period
from tracker.models import AttentionPutAside, Progress
from tracker.standing import (
    Attendance,
    Attention,
    AttentionReader,
    Going,
    PlannedMilestone,
    ProgressState,
    SaidBefore,
    Standing,
    StudentFacts,
    Thresholds,
    student_standing,
)

BASICS, PROMPTS, INDEXATION, RAG, AGENTS, READING = 1, 2, 3, 4, 5, 6
DEFAULTS = Thresholds()


def sep(day: int) -> date:
    return date(2026, 8, 31) + timedelta(days=day)


def days(first: int, last: int | None) -> Period:
    return Period(sep(first), None if last is None else sep(last))


def planned(
    milestone: int, title: str, due: int | None, hours: str | None, *, is_optional: bool = False
) -> PlannedMilestone:
    return PlannedMilestone(
        id=milestone,
        title=title,
        position=milestone,
        due_on=None if due is None else sep(due),
        planned_hours=None if hours is None else Decimal(hours),
        is_optional=is_optional,
    )


PLAN = (
    planned(BASICS, "LLM basics", 13, "3.5"),
    planned(PROMPTS, "Prompt engineering", 20, "3"),
    planned(INDEXATION, "Indexation", 27, "2.5"),
    planned(RAG, "RAG", 34, "3"),
    planned(AGENTS, "Agents", None, None),
    planned(READING, "Reading", 13, "1", is_optional=True),
)

WITHOUT_HOURS = tuple(replace(milestone, planned_hours=None) for milestone in PLAN)


def noon(day: int) -> datetime:
    return datetime.combine(sep(day), time(12), UTC)


def mark(
    milestone: int,
    state: str,
    since: int | None = None,
    *,
    changed: int = 1,
    answered: int | None = None,
    is_waived: bool = False,
) -> Progress:
    progress = Progress(
        milestone_id=milestone,
        state=state,
        state_since=None if since is None else noon(since),
        changed_at=noon(changed),
        waived_at=noon(changed) if is_waived else None,
    )
    progress.helped_at = None if answered is None else noon(answered)
    return progress


def by_milestone(*marks: Progress) -> dict[int, Progress]:
    return {each.milestone_id: each for each in marks}


def student(
    today: int,
    *,
    done: Sequence[int] = (),
    skipped: Sequence[int] = (),
    waived: Sequence[int] = (),
    asked: Mapping[int, int] | None = None,
    help_days: int = 1,
    plan: Sequence[PlannedMilestone] = PLAN,
    joined: int = -7,
    active: int | None = None,
    pauses: Sequence[Period] = (),
    absences: Sequence[Period] = (),
    starts: int = 7,
    closed: int | None = None,
    ended: int | None = None,
    aside: int | None = None,
) -> StudentFacts:
    """A student on a day: by default of the grace long past, active today, with nothing done.

    `asked` has the day on which help was asked for with a milestone, at noon; now it is an hour later. A waived
    milestone was not started.
    """
    return StudentFacts(
        plan=plan,
        marks=by_milestone(
            *(mark(each, ProgressState.DONE) for each in done),
            *(mark(each, ProgressState.SKIPPED) for each in skipped),
            *(mark(each, ProgressState.NOT_STARTED, is_waived=True) for each in waived),
            *(mark(each, ProgressState.NEED_HELP, day) for each, day in (asked or {}).items()),
        ),
        zone=ZoneInfo("UTC"),
        today=sep(today),
        cohort_starts_on=sep(starts),
        cohort_closed_on=None if closed is None else sep(closed),
        joined_on=sep(joined),
        ended_on=None if ended is None else sep(ended),
        last_active_on=sep(today if active is None else active),
        pauses=pauses,
        absences=absences,
        snooze=None if aside is None else snooze(aside),
        help_wait=wait_of(min(asked.values()), today, pauses, help_days) if asked else None,
    )


def snooze(until: int, codes: Sequence[str] = ()) -> AttentionPutAside:
    """A snooze that was set on the 27th."""
    return AttentionPutAside(until_on=sep(until), codes=list(codes), put_aside_at=noon(27))


def wait_of(asked: int, today: int, pauses: Sequence[Period], promised: int) -> Wait:
    """The wait since noon of a day, at 13:00 of another."""
    since, now = (datetime.combine(sep(day), time(hour), UTC) for day, hour in ((asked, 12), (today, 13)))
    return Wait(waited(since, now, time_zone="UTC", pauses=pauses), promised, since)


def never_active(facts: StudentFacts) -> StudentFacts:
    return replace(facts, last_active_on=None)


def standing_of(
    facts: StudentFacts, thresholds: Thresholds = DEFAULTS, reader: AttentionReader = AttentionReader.MENTOR
) -> Standing:
    return student_standing(facts, thresholds, reader)


def reasons_of(
    facts: StudentFacts, thresholds: Thresholds = DEFAULTS, reader: AttentionReader = AttentionReader.MENTOR
) -> list[str]:
    """Each reason as "act behind", in the order in which they are told; the attention must be that of the worst."""
    standing = standing_of(facts, thresholds, reader)
    told = [f"{reason.attention} {reason.code}" for reason in standing.reasons]
    levels = list(Attention)
    assert standing.attention == min(
        (reason.attention for reason in standing.reasons), key=levels.index, default=Attention.NONE
    )
    return told


def said(facts: StudentFacts, *latest_first: Going, days_ago: int = 1, is_done: bool = False) -> StudentFacts:
    """A student's answers before weekly meetings, the last of them so many days ago; its check-in may say "done"."""
    answers = [
        SaidBefore(going, facts.today - timedelta(days=days_ago + 7 * number), is_done and not number)
        for number, going in enumerate(latest_first)
    ]
    return replace(facts, said=answers)


def attended(facts: StudentFacts, *attendances: Attendance) -> StudentFacts:
    return replace(facts, attendances=attendances)


def in_trouble(
    today: int,
    *,
    starts: int = 7,
    closed: int | None = None,
    ended: int | None = None,
    aside: int | None = None,
) -> StudentFacts:
    """Behind, silent, in need of help, stuck and absent."""
    facts = student(
        today, asked={BASICS: 1}, active=1, starts=starts, closed=closed, ended=ended, aside=aside
    )
    return attended(said(facts, Going.STUCK), Attendance.ABSENT, Attendance.ABSENT)
