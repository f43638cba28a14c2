from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
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
from people.models import User
from tracker.actions.attention import snooze_student
from tracker.actions.closing import close_cohort

_ENDS = ("finished", "dropped", "transferred")


def group_events(run: DemoRun, content: dict[str, Any]) -> Iterator[DemoEvent]:
    for name, row in content["groups"].items():
        yield from _of_group(run, name, row)
    for row in content.get("holidays", ()):
        yield run.event(row["added"], _add_holiday, row)
    for person, stays in content["students"].items():
        for stay in stays:
            when, _, what = stay.rpartition(" ")
            yield _entered(run, when, _stay, person, what)
    for row in content.get("swaps", ()):
        yield _entered(run, row["on"], _swap, row)
    for person, (first, last, reason, by, told) in content.get("absences", {}).items():
        yield run.event(told, _accept_absence, person, first, last, reason, by)
    for person, (until, reason, by, told) in content.get("put_aside", {}).items():
        yield run.event(told, _snooze, person, until, reason, by)
    for person, (hours, level, note, by, told) in content.get("notes", {}).items():
        fields = {"hours_a_week": hours, "level": level, "mentor_note": note}
        yield run.event(told, _note, person, fields, by)
    if run.cohort.closed_on is not None:
        at = datetime.combine(run.cohort.closed_on, time(11), run.days.zone)
        yield run.event(at, _close, run.cohort.closed_on, content["word"])
    for person, when in content.get("waiting", {}).items():
        yield run.event(when, _invite, person)


def _of_group(run: DemoRun, name: str, row: dict[str, Any]) -> Iterator[DemoEvent]:
    for person, role, first, *last in row["mentors"]:
        yield _entered(run, first, _assign, name, person, role)
        if last:
            yield _entered(run, last[0], _release, name, person)
    for person, first, last in row.get("away", ()):
        yield _entered(run, first, _go_away, name, person, last)
    if "handed_over" in row:
        person, first, why = row["handed_over"]
        yield _entered(run, first, _hand_over, name, person, why)
    if "plan" in row:
        yield run.event_by(row["planned"], _plan, name, row["plan"], row.get("why", ""))


def _entered(run: DemoRun, day: str, do: Callable[..., None], *args: object) -> DemoEvent:
    """Enrolments at the start of the cohort are entered on the Friday before, later ones on the morning of the day."""
    on = run.days.day(day)
    at = datetime.combine(on, time(9, 30), run.days.zone)
    if on == run.cohort.starts_on:
        at = datetime.combine(on - timedelta(days=3), time(10), run.days.zone)
    return run.event(at, do, *args, on)


def _close(run: DemoRun, on: date, word: str, at: datetime) -> None:
    """Everybody has ended by then."""
    close_cohort(cohort=run.cohort, on=on, reasons={}, word=word, by=run.demo.admin, at=at)


def _add_holiday(run: DemoRun, row: dict[str, str], at: datetime) -> None:
    """All groups go along."""
    starts_on, ends_on = run.days.day(row["from"]), run.days.day(row["to"])
    groups = [group.pk for group in run.groups.values()]
    add_pause(
        cohort=run.cohort, title=row["title"], starts_on=starts_on, ends_on=ends_on, groups=groups,
        by=run.demo.admin, at=at,
    )  # fmt: skip


def _hand_over(run: DemoRun, group: str, person: str, why: str, day: date, at: datetime) -> None:
    to, by = run.demo.people[person], run.demo.admin
    hand_over(group=run.groups[group], person=to, on=day, by=by, at=at, reason=why)


def _plan(run: DemoRun, group: str, plan: dict[str, str], why: str, by: User, at: datetime) -> None:
    """ "" in the plan is a milestone without a date."""
    due = {run.demo.milestones[key].pk: run.days.day(day) if day else None for key, day in plan.items()}
    set_plan(group=run.groups[group], plan=due, by=by, at=at, reason=why)


def _assign(run: DemoRun, group: str, person: str, role: str, day: date, at: datetime) -> None:
    to, by = run.demo.people[person], run.demo.admin
    assign_mentor(group=run.groups[group], person=to, role=role, on=day, by=by, at=at)


def _release(run: DemoRun, group: str, person: str, day: date, at: datetime) -> None:
    mentorship = run.groups[group].mentorships.without_end().get(person=run.demo.people[person])
    end_mentorship(mentorship=mentorship, on=day, by=run.demo.admin, at=at)


def _go_away(run: DemoRun, group: str, person: str, last: str, first: date, at: datetime) -> None:
    mentorship = run.groups[group].mentorships.without_end().get(person=run.demo.people[person])
    by, ends_on = mentorship.person, run.days.day(last)
    note_away(mentorship=mentorship, starts_on=first, ends_on=ends_on, by=by, at=at)


def _stay(run: DemoRun, person: str, what: str, day: date, at: datetime) -> None:
    """Enrol a student, move them, end the enrolment or let them return. `what` is a group or a reason to end."""
    by = run.demo.admin
    if what in _ENDS:
        only(end_enrolments(reasons={run.enrolments[person].pk: what}, on=day, reason="", by=by, at=at))
        run.enrolments[person].refresh_from_db()
        return
    if person not in run.enrolments:
        student = run.demo.people[person]
        run.enrolments[person] = enrol(person=student, cohort=run.cohort, started_on=day, by=by, at=at)
    enrolment, group = run.enrolments[person], run.groups[what]
    if enrolment.ended_on is not None:
        why = "Has the time again"
        only(readmit(enrolments=[enrolment], group=group, on=day, reason=why, by=by, at=at))
    elif day == run.cohort.starts_on:
        join_group(enrolment=enrolment, group=group, on=day, by=by, at=at)
    else:
        is_in_one = enrolment.memberships.without_end().exists()
        why = "The evenings of the other group suit them better" if is_in_one else "Joins late"
        only(move_students(enrolments=[enrolment], group=group, on=day, reason=why, by=by, at=at))


def _swap(run: DemoRun, row: dict[str, Any], day: date, at: datetime) -> None:
    one, other = (run.enrolments[name] for name in row["students"])
    swap_students(enrolment=one, other=other, on=day, reason=row["why"], by=run.demo.admin, at=at)


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


def _snooze(run: DemoRun, person: str, until: str, reason: str, by: str, at: datetime) -> None:
    enrolment, until_on = run.enrolments[person], run.days.day(until)
    snooze_student(enrolment=enrolment, until_on=until_on, reason=reason, by=run.demo.people[by], at=at)


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
