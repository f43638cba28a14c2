"""Check-ins and the steps agreed at them, as the mentors of the demo log them."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction

from demo.deeds import Deed
from demo.stage import Scene
from groups.models import Group
from lib.weeks import Week
from tracker.access.group_weeks import group_week, with_week
from tracker.actions.check_ins import CheckInContent, EntryContent, log_check_in
from tracker.actions.steps import StepContent, close_step
from tracker.models import AgreedStep, CheckIn


def check_in_deeds(scene: Scene, content: dict[str, dict[str, Any]]) -> Iterator[Deed]:
    """Everything that `check_ins.toml` says: a table for each group and week."""
    for group, weeks in content.items():
        for week, row in weeks.items():
            at = scene.days.moment(row["at"])
            yield Deed(at, partial(_log, scene, group, week, row, at))
            for student, text, _, closed in row.get("steps", ()):
                if closed:
                    yield _closing(scene, group, student, text, closed)


def _log(scene: Scene, group: str, week: str, row: dict[str, Any], at: datetime) -> None:
    first_day = Week(scene.days.day(f"{week} mon"))
    by = scene.stage.people[row["by"]]
    mentorships = scene.groups[group].mentorships.open(scene.cohort.today(at))
    with transaction.atomic():
        groups = with_week(Group.objects.select_related("cohort__course"), first_day)
        log_check_in(
            group_week=group_week(groups.get(pk=scene.groups[group].pk), first_day),
            content=_content(scene, row, at),
            logged_as=mentorships.get(person=by).role,
            by=by,
            at=at,
        )


def _content(scene: Scene, row: dict[str, Any], at: datetime) -> CheckInContent:
    outcome = CheckIn.Outcome(row.get("outcome", "held"))
    held_on = scene.cohort.today(at)
    if outcome == CheckIn.Outcome.MOVED:
        held_on = scene.days.day(row["moved_to"])
    return CheckInContent(
        outcome=outcome,
        held_on=None if outcome == CheckIn.Outcome.CANCELLED else held_on,
        minutes=row.get("minutes"),
        summary=row.get("summary", "").strip(),
        private_note=row.get("private_note", "").strip(),
        request=row.get("request", "").strip(),
        entries=[
            EntryContent(enrolment_id=scene.enrolments[student].pk, **entry)
            for student, entry in row.get("entries", {}).items()
        ],
        next_steps=[
            StepContent(text=text, due_on=scene.days.day(by), enrolment=scene.enrolments.get(student))
            for student, text, by, _ in row.get("steps", ())
        ],
    )


def _closing(scene: Scene, group: str, student: str, text: str, words: str) -> Deed:
    """Close a step, in words such as "done w0 fri 18:20", by the student or "by marta"."""
    when, _, other = words.partition(" by ")
    state, _, when = when.partition(" ")
    at = scene.days.moment(when)
    return Deed(at, partial(_close, scene, group, text, state, other or student, at))


def _close(scene: Scene, group: str, text: str, state: str, by: str, at: datetime) -> None:
    step = AgreedStep.objects.get(group=scene.groups[group], text=text)
    close_step(step=step, state=AgreedStep.State(state), by=scene.stage.people[by], at=at)
