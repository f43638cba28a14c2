"""Who learns with whom, by which plan, and who mentors them, from when to when."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from demo.deeds import Deed
from demo.stage import Scene
from groups.actions.enrolment import end_enrolment, enrol, join_group
from groups.actions.mentorship import assign_mentor, end_mentorship, note_away
from groups.actions.plan import set_plan
from groups.models import Absence
from people.actions.invitations import invite
from tracker.actions.attention import put_aside

_ENDS = ("finished", "dropped", "transferred")


def stay_deeds(scene: Scene, content: dict[str, Any]) -> Iterator[Deed]:
    """Everything that `groups.toml` says of people and plans."""
    for name, row in content["groups"].items():
        for mentor in row["mentors"]:
            yield from _mentorship(scene, name, *mentor)
        for person, first, last in row.get("away", ()):
            at = _told(scene, scene.days.day(first))
            yield Deed(at, partial(_go_away, scene, name, person, first, last))
        if "plan" in row:
            yield _planning(scene, name, row["plan"], row["planned"])
    for person, stays in content["students"].items():
        for words in stays:
            day_words, _, what = words.rpartition(" ")
            day = scene.days.day(day_words)
            yield Deed(_told(scene, day), partial(_stay, scene, person, what, day))
    for person, (first, last, reason, by, told) in content.get("absences", {}).items():
        at = scene.days.moment(told)
        yield Deed(at, partial(_accept_absence, scene, person, first, last, reason, by, at))
    for person, (until, reason, by, told) in content.get("put_aside", {}).items():
        at = scene.days.moment(told)
        yield Deed(at, partial(_put_aside, scene, person, until, reason, by, at))
    for person, words in content.get("waiting", {}).items():
        at = scene.days.moment(words)
        yield Deed(at, partial(_invite, scene, person, at))


def _told(scene: Scene, day: date) -> datetime:
    """What begins with the cohort is entered on the Friday before, anything later in the morning of its day."""
    if day == scene.cohort.starts_on:
        return datetime.combine(day - timedelta(days=3), time(10), scene.days.zone)
    return datetime.combine(day, time(9, 30), scene.days.zone)


def _mentorship(
    scene: Scene, group: str, person: str, role: str, first: str, last: str = ""
) -> Iterator[Deed]:
    day = scene.days.day(first)
    yield Deed(_told(scene, day), partial(_assign, scene, group, person, role, day))
    if last:
        day = scene.days.day(last)
        yield Deed(_told(scene, day), partial(_release, scene, group, person, day))


def _planning(scene: Scene, group: str, plan: dict[str, str], words: str) -> Deed:
    """The group's own dates, agreed in words such as "w0 wed 18:35 by marta"; "" is a milestone without a date."""
    when, _, by = words.partition(" by ")
    at = scene.days.moment(when)
    due = {scene.stage.milestones[key].pk: scene.days.day(day) if day else None for key, day in plan.items()}
    return Deed(at, partial(set_plan, group=scene.groups[group], plan=due, by=scene.stage.people[by], at=at))


def _assign(scene: Scene, group: str, person: str, role: str, day: date) -> None:
    assign_mentor(
        group=scene.groups[group],
        person=scene.stage.people[person],
        role=role,
        on=day,
        by=scene.stage.admin,
    )


def _release(scene: Scene, group: str, person: str, day: date) -> None:
    mentorship = scene.groups[group].mentorships.get(person=scene.stage.people[person], ended_on=None)
    end_mentorship(mentorship=mentorship, on=day, by=scene.stage.admin)


def _go_away(scene: Scene, group: str, person: str, first: str, last: str) -> None:
    mentorship = scene.groups[group].mentorships.get(person=scene.stage.people[person], ended_on=None)
    note_away(mentorship=mentorship, starts_on=scene.days.day(first), ends_on=scene.days.day(last))


def _stay(scene: Scene, person: str, what: str, day: date) -> None:
    """Enrol, put into a group, move, or end: whatever comes next in a student's stays."""
    by, at = scene.stage.admin, _told(scene, day)
    if what in _ENDS:
        end_enrolment(enrolment=scene.enrolments[person], on=day, reason=what, by=by, at=at)
        return
    if person not in scene.enrolments:
        scene.enrolments[person] = enrol(
            person=scene.stage.people[person], cohort=scene.cohort, started_on=day, by=by, at=at
        )
    join_group(enrolment=scene.enrolments[person], group=scene.groups[what], on=day, by=by, at=at)


def _accept_absence(
    scene: Scene, person: str, first: str, last: str, reason: str, by: str, at: datetime
) -> None:
    Absence.objects.create(
        enrolment=scene.enrolments[person],
        starts_on=scene.days.day(first),
        ends_on=scene.days.day(last),
        reason=reason,
        accepted_by=scene.stage.people[by],
        accepted_at=at,
    )


def _put_aside(scene: Scene, person: str, until: str, reason: str, by: str, at: datetime) -> None:
    put_aside(
        enrolment=scene.enrolments[person],
        until_on=scene.days.day(until),
        reason=reason,
        by=scene.stage.people[by],
        at=at,
    )


def _invite(scene: Scene, person: str, at: datetime) -> None:
    """Enrol somebody who has not accepted the invitation yet, and is in no group."""
    invited, by = scene.stage.people[person], scene.stage.admin
    invitation = invite(email=invited.email, name=invited.name, by=by, at=at)
    if invitation is not None:
        invitation.sent_at = at
        invitation.save()
    enrol(person=invited, cohort=scene.cohort, started_on=scene.cohort.today(at), by=by, at=at)
