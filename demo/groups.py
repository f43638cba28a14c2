from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from demo.events import DemoEvent
from demo.records import DemoRun
from groups.actions.due_dates import add_pause
from groups.actions.enrolment import edit_enrolments, enrol, join_group
from groups.actions.mentorship import assign_mentor, end_mentorship, hand_over, note_away
from groups.actions.moving import end_enrolments, move_students, only, readmit, swap_students
from groups.actions.plan import set_plan
from groups.models import Absence
from people.actions.invitations import invite
from tracker.actions.attention import put_aside
from tracker.actions.closing import close_cohort

_ENDS = ("finished", "dropped", "transferred")


def group_events(run: DemoRun, content: dict[str, Any]) -> Iterator[DemoEvent]:
    for name, row in content["groups"].items():
        yield from _of_group(run, name, row)
    for row in content.get("holidays", ()):
        at = run.days.moment(row["added"])
        yield DemoEvent(at, partial(_add_holiday, run, row, at))
    for person, stays in content["students"].items():
        for stay in stays:
            when, _, what = stay.rpartition(" ")
            day = run.days.day(when)
            yield DemoEvent(_entered_at(run, day), partial(_stay, run, person, what, day))
    for row in content.get("swaps", ()):
        day = run.days.day(row["on"])
        yield DemoEvent(_entered_at(run, day), partial(_swap, run, row, day))
    for person, (first, last, reason, by, told) in content.get("absences", {}).items():
        at = run.days.moment(told)
        yield DemoEvent(at, partial(_accept_absence, run, person, first, last, reason, by, at))
    for person, (until, reason, by, told) in content.get("put_aside", {}).items():
        at = run.days.moment(told)
        yield DemoEvent(at, partial(_put_aside, run, person, until, reason, by, at))
    yield from _notes(run, content.get("notes", {}))
    yield from _closing(run, content)
    for person, when in content.get("waiting", {}).items():
        at = run.days.moment(when)
        yield DemoEvent(at, partial(_invite, run, person, at))


def _of_group(run: DemoRun, name: str, row: dict[str, Any]) -> Iterator[DemoEvent]:
    for mentor in row["mentors"]:
        yield from _mentorship(run, name, *mentor)
    for person, first, last in row.get("away", ()):
        at = _entered_at(run, run.days.day(first))
        yield DemoEvent(at, partial(_go_away, run, name, person, first, last))
    if "handed_over" in row:
        yield _handing_over(run, name, *row["handed_over"])
    if "plan" in row:
        yield _planning(run, name, row["plan"], row["planned"], row.get("why", ""))


def _entered_at(run: DemoRun, day: date) -> datetime:
    """Enrolments at the start of the cohort are entered on the Friday before, later ones on the morning of the day."""
    if day == run.cohort.starts_on:
        return datetime.combine(day - timedelta(days=3), time(10), run.days.zone)
    return datetime.combine(day, time(9, 30), run.days.zone)


def _closing(run: DemoRun, content: dict[str, Any]) -> Iterator[DemoEvent]:
    if run.cohort.closed_on is not None:
        at = datetime.combine(run.cohort.closed_on, time(11), run.days.zone)
        yield DemoEvent(at, partial(_close, run, run.cohort.closed_on, content["word"], at))


def _close(run: DemoRun, on: date, word: str, at: datetime) -> None:
    """Everybody has ended by then."""
    close_cohort(
        cohort=run.cohort, on=on, reasons={}, closes_questions=True, discards_drafts=True, discards_proposals=True,
        revokes_invitations=True, word=word, by=run.demo.admin, at=at,
    )  # fmt: skip


def _mentorship(
    run: DemoRun, group: str, person: str, role: str, first: str, last: str = ""
) -> Iterator[DemoEvent]:
    day = run.days.day(first)
    yield DemoEvent(_entered_at(run, day), partial(_assign, run, group, person, role, day))
    if last:
        day = run.days.day(last)
        yield DemoEvent(_entered_at(run, day), partial(_release, run, group, person, day))


def _add_holiday(run: DemoRun, row: dict[str, str], at: datetime) -> None:
    """All groups go along."""
    starts_on, ends_on = run.days.day(row["from"]), run.days.day(row["to"])
    groups = [group.pk for group in run.groups.values()]
    add_pause(
        cohort=run.cohort, title=row["title"], starts_on=starts_on, ends_on=ends_on, groups=groups,
        by=run.demo.admin, at=at,
    )  # fmt: skip


def _handing_over(run: DemoRun, group: str, person: str, first: str, why: str) -> DemoEvent:
    day = run.days.day(first)
    to, by = run.demo.people[person], run.demo.admin
    return DemoEvent(
        _entered_at(run, day),
        partial(
            hand_over, group=run.groups[group], person=to, on=day, by=by, at=_entered_at(run, day), reason=why
        ),
    )


def _planning(run: DemoRun, group: str, plan: dict[str, str], planned: str, why: str) -> DemoEvent:
    """`planned` is "w0 wed 18:35 by marta". "" in the plan is a milestone without a date."""
    when, _, by = planned.partition(" by ")
    at = run.days.moment(when)
    due = {run.demo.milestones[key].pk: run.days.day(day) if day else None for key, day in plan.items()}
    return DemoEvent(
        at,
        partial(set_plan, group=run.groups[group], plan=due, by=run.demo.people[by], at=at, reason=why),
    )


def _assign(run: DemoRun, group: str, person: str, role: str, day: date) -> None:
    assign_mentor(
        group=run.groups[group],
        person=run.demo.people[person],
        role=role,
        on=day,
        by=run.demo.admin,
        at=_entered_at(run, day),
    )


def _release(run: DemoRun, group: str, person: str, day: date) -> None:
    mentorship = run.groups[group].mentorships.get(person=run.demo.people[person], ended_on=None)
    end_mentorship(mentorship=mentorship, on=day, by=run.demo.admin)


def _go_away(run: DemoRun, group: str, person: str, first: str, last: str) -> None:
    mentorship = run.groups[group].mentorships.get(person=run.demo.people[person], ended_on=None)
    note_away(
        mentorship=mentorship, starts_on=run.days.day(first), ends_on=run.days.day(last),
        by=mentorship.person, at=run.days.moment(f"{first} 09:00"),
    )  # fmt: skip


def _stay(run: DemoRun, person: str, what: str, day: date) -> None:
    """Enrol a student, move them, end the enrolment or let them return. `what` is a group or a reason to end."""
    by, at = run.demo.admin, _entered_at(run, day)
    if what in _ENDS:
        only(end_enrolments(reasons={run.enrolments[person].pk: what}, on=day, reason="", by=by, at=at))
        run.enrolments[person].refresh_from_db()
        return
    if person not in run.enrolments:
        run.enrolments[person] = enrol(
            person=run.demo.people[person],
            cohort=run.cohort,
            started_on=day,
            by=by,
            at=at,
        )
    enrolment, group = run.enrolments[person], run.groups[what]
    if enrolment.ended_on is not None:
        why = "Has the time again"
        only(readmit(enrolments=[enrolment], group=group, on=day, reason=why, by=by, at=at))
    elif day == run.cohort.starts_on:
        join_group(enrolment=enrolment, group=group, on=day, by=by, at=at)
    else:
        is_in_one = enrolment.memberships.filter(ended_on=None).exists()
        why = "The evenings of the other group suit them better" if is_in_one else "Joins late"
        only(move_students(enrolments=[enrolment], group=group, on=day, reason=why, by=by, at=at))


def _swap(run: DemoRun, row: dict[str, Any], day: date) -> None:
    one, other = (run.enrolments[name] for name in row["students"])
    by, at = run.demo.admin, _entered_at(run, day)
    swap_students(enrolment=one, other=other, on=day, reason=row["why"], by=by, at=at)


def _accept_absence(
    run: DemoRun, person: str, first: str, last: str, reason: str, by: str, at: datetime
) -> None:
    Absence.objects.create(
        enrolment=run.enrolments[person],
        starts_on=run.days.day(first),
        ends_on=run.days.day(last),
        reason=reason,
        accepted_by=run.demo.people[by],
        accepted_at=at,
    )


def _put_aside(run: DemoRun, person: str, until: str, reason: str, by: str, at: datetime) -> None:
    put_aside(
        enrolment=run.enrolments[person],
        until_on=run.days.day(until),
        reason=reason,
        by=run.demo.people[by],
        at=at,
    )


def _notes(run: DemoRun, notes: dict[str, Any]) -> Iterator[DemoEvent]:
    for person, (hours, level, note, by, told) in notes.items():
        at = run.days.moment(told)
        fields = {"hours_a_week": hours, "level": level, "mentor_note": note}
        yield DemoEvent(at, partial(_note, run, person, fields, by, at))


def _note(run: DemoRun, person: str, fields: dict[str, Any], by: str, at: datetime) -> None:
    edit_enrolments(edits=[(run.enrolments[person], fields)], by=run.demo.people[by], at=at)


def _invite(run: DemoRun, person: str, at: datetime) -> None:
    """Enrol a person who has not accepted the invitation and has no group."""
    invited, by = run.demo.people[person], run.demo.admin
    invitation = invite(email=invited.email, name=invited.name, by=by, at=at)
    if invitation is not None:
        invitation.sent_at = at
        invitation.save()
    enrol(person=invited, cohort=run.cohort, started_on=run.cohort.today(at), by=by, at=at)
