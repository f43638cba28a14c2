"""Seeded weeks: progress, check-ins, agreed steps, code reviews, ticked materials."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from benchmarks.learners import words
from benchmarks.learners.installation import SeededCohort, SeededGroup, SeededStudent
from benchmarks.learners.writing import keep, moment, record, written
from courses.models import Milestone
from lib.weeks import monday_of
from tracker.models import (
    AgreedStep,
    AttentionPutAside,
    CheckIn,
    CheckInEntry,
    CodeReview,
    MaterialTick,
    Progress,
)

# How many of a hundred check-ins came to what; None: it was not logged.
OUTCOMES = {"held": 90, "group_absent": 3, "cancelled": 3, "moved": 2, None: 2}
_WEEK = timedelta(days=7)


def write_weeks(run: SeededCohort) -> None:
    """Write all that happened in a cohort until its last day."""
    _write_progress(run)
    check_ins = written(each for team in run.teams for each in _check_ins(run, team))
    keep(CheckIn, (record(each, at=each.logged_at, by=each.logged_by_id) for each in check_ins))
    teams = {team.group.pk: team for team in run.teams}
    written(entry for each in check_ins for entry in _entries(teams[each.group_id], each))
    written(step for each in check_ins for step in _steps(run, teams[each.group_id], each))
    written(review for team in run.teams for review in _reviews(run, team))
    if not run.is_over:
        written(tick for team, learner in run.learners for tick in _ticks(run, team, learner))
        written(
            AttentionPutAside(
                enrolment=learner.enrolment, until_on=run.last_day + _WEEK, reason="We talk on Friday.",
                put_aside_at=moment(run.last_day - timedelta(days=2)), put_aside_by=team.mentor,
            )
            for team, learner in run.learners
            if learner.pace == "silent" and team.chance.random() < 0.2
        )  # fmt: skip


def _write_progress(run: SeededCohort) -> None:
    rows = written(
        row
        for team, learner in run.learners
        for milestone in run.milestones
        if (row := _progress(run, team, learner, milestone))
    )
    keep(Progress, (mark for row in rows for mark in _marks(row)))


def _progress(
    run: SeededCohort, team: SeededGroup, learner: SeededStudent, milestone: Milestone
) -> Progress | None:
    """Make a student's progress at milestones; none where they have not begun."""
    chance = team.chance
    started, finished = _days(run, team, learner, milestone)
    last = run.last_day if learner.left_on is None else min(run.last_day, learner.left_on - timedelta(days=1))
    by = team.mentor if chance.random() < 0.3 else learner.person
    hours = Decimal(chance.randint(4, 20)) / 4 if chance.random() < 0.6 else None
    if started is None or started > last:
        return None
    is_done = finished is not None and finished <= last
    needs_help = not is_done and learner.pace == "stuck"
    since = (
        finished
        if is_done and finished
        else min(started + timedelta(days=3), last)
        if needs_help
        else started
    )
    return Progress(
        enrolment=learner.enrolment, milestone=milestone,
        state="done" if is_done else "need_help" if needs_help else "working", hours=hours if is_done else None,
        state_since=moment(since, 9), started_on=started, finished_on=finished if is_done else None,
        changed_at=moment(since, 9), changed_by=by,
    )  # fmt: skip


def _days(
    run: SeededCohort, team: SeededGroup, learner: SeededStudent, milestone: Milestone
) -> tuple[date | None, date | None]:
    """The day on which a student begins a milestone, and the one on which it is done; none: never."""
    chance, starts_on, week = team.chance, run.cohort.starts_on, milestone.week
    late = chance.randint(-5, 1)
    takes = timedelta(days=chance.randint(1, 6))
    if week is None:
        day = starts_on + timedelta(days=chance.randint(10, 50))
        return (day, day + takes) if chance.random() < 0.3 else (None, None)
    if learner.pace == "silent" and week > 2:
        return None, None
    late += {"behind": 3 * week, "ahead": -10, "stuck": 2 * week}.get(learner.pace, 0)
    finished = max(team.due[milestone.pk] + timedelta(days=late), starts_on + timedelta(days=1))
    started = max(finished - takes, starts_on)
    return started, None if learner.pace == "stuck" and week > 3 else finished


def _marks(row: Progress) -> Iterator[dict[str, Any]]:
    """The records of the history: begun, for some a request for help, done."""
    assert row.started_on is not None  # noqa: S101
    by, begun = row.changed_by_id, moment(row.started_on, 8)
    working: dict[str, Any] = {
        "state": "working",
        "state_since": begun,
        "finished_on": None,
        "hours": None,
        "changed_at": begun,
    }
    yield record(row, at=begun, by=by, **working)
    if row.state == "done" and row.pk % 12 == 0:
        asked = begun + timedelta(minutes=20)
        yield record(
            row, at=asked, by=by, what="~",
            **(working | {"state": "need_help", "state_since": asked, "changed_at": asked}),
        )  # fmt: skip
    if row.state != "working":
        yield record(row, at=row.changed_at, by=by, what="~")


def _check_ins(run: SeededCohort, team: SeededGroup) -> Iterator[CheckIn]:
    """A check-in a week; of this week only few are logged yet, and none of the groups that the pages show."""
    monday, this_week = run.cohort.starts_on, monday_of(run.last_day)
    chance = team.chance
    while monday <= run.last_day:
        outcome = chance.choices(list(OUTCOMES), list(OUTCOMES.values()))[0]
        is_early = chance.random() < 0.2 and team not in run.teams[:3]
        day = monday + timedelta(days=chance.randint(0, 4))
        if outcome and (monday < this_week or run.is_over or (is_early and day <= run.last_day)):
            yield _check_in(team, monday, outcome, day)
        monday += _WEEK


def _check_in(team: SeededGroup, monday: date, outcome: str, day: date) -> CheckIn:
    chance = team.chance
    is_held = outcome == "held"
    return CheckIn(
        group=team.group, week_starts_on=monday, outcome=outcome,
        held_on=day if is_held else day + _WEEK if outcome == "moved" else None,
        minutes=chance.choice((20, 25, 30, 30, 30, 45)) if is_held else None,
        summary=words.summary(chance) if is_held else "",
        private_note=words.note(chance) if chance.random() < 0.3 else "",
        request=words.request(chance) if chance.random() < 0.03 else "",
        logged_by=team.mentor, logged_at=moment(day, 18), logged_as="mentor",
    )  # fmt: skip


def _entries(team: SeededGroup, check_in: CheckIn) -> Iterator[CheckInEntry]:
    if check_in.outcome != "held" or check_in.held_on is None:
        return
    chance = team.chance
    for learner in team.members(check_in.held_on):
        is_away = chance.random() < (0.6 if learner.pace == "silent" else 0.06)
        note = words.note(chance) if chance.random() < 0.5 else ""
        attendance = chance.choice(("excused", "absent")) if is_away else "present"
        if learner.pace in ("behind", "stuck", "silent") and not is_away:
            note = "\n".join(filter(None, (words.blocker(chance), note)))
        yield CheckInEntry(
            check_in=check_in, enrolment=learner.enrolment,
            attendance=attendance, note="" if is_away else note,
        )  # fmt: skip


def _steps(run: SeededCohort, team: SeededGroup, check_in: CheckIn) -> Iterator[AgreedStep]:
    """Make agreed steps: one for most, now and then one for the group; those of weeks ago are done or removed."""
    if check_in.outcome != "held" or check_in.held_on is None:
        return
    chance, due_on = team.chance, check_in.held_on + _WEEK
    whose = [learner.enrolment for learner in team.members(check_in.held_on) if chance.random() < 0.6]
    for enrolment in [*whose, *([None] if chance.random() < 0.2 else [])]:
        is_closed = due_on < run.last_day - timedelta(days=5) or run.is_over or chance.random() < 0.3
        yield AgreedStep(
            group=team.group, enrolment=enrolment, check_in=check_in, text=words.step(chance), due_on=due_on,
            state=chance.choices(("done", "dropped"), (9, 1))[0] if is_closed else "open",
            agreed_at=check_in.logged_at, agreed_by=team.mentor,
            closed_at=moment(min(due_on, run.last_day), 7) if is_closed else None,
            closed_by=team.mentor if is_closed else None,
        )  # fmt: skip


def _reviews(run: SeededCohort, team: SeededGroup) -> Iterator[CodeReview]:
    """The code of every other week, each student's read by the next one of the group."""
    founders = team.founders
    for n, author in enumerate(founders):
        reviewer = founders[(n + 1) % len(founders)]
        for milestone in run.milestones[1:8:2]:
            day = team.due.get(milestone.pk)
            if (
                day is None
                or day > run.last_day
                or author.left_on
                or reviewer.left_on
                or team.chance.random() < 0.2
            ):
                continue
            state = (
                "approved"
                if day < run.last_day - _WEEK
                else team.chance.choice(("requested", "changes_asked"))
            )
            yield CodeReview(
                group=team.group, author=author.enrolment, reviewer=reviewer.enrolment, milestone=milestone,
                url=f"https://example.org/code/{author.enrolment.pk}/{milestone.position}", state=state,
                note="Please look at the second cell.", requested_at=moment(day, 8), changed_at=moment(day, 20),
            )  # fmt: skip


def _ticks(run: SeededCohort, team: SeededGroup, learner: SeededStudent) -> Iterator[MaterialTick]:
    """Half of the students tick off what they read."""
    if team.chance.random() < 0.5 and learner is not team.founders[0]:
        return
    for milestone, due in team.due.items():
        if due - _WEEK <= run.last_day:
            for material in run.materials[milestone]:
                if team.chance.random() < 0.7:
                    yield MaterialTick(
                        enrolment=learner.enrolment,
                        material=material,
                        ticked_at=moment(due - timedelta(days=3)),
                    )
