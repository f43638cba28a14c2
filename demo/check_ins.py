from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import transaction

from demo.events import DemoEvent
from demo.records import DemoRun
from groups.models import Group
from lib.weeks import Week
from tracker.access.group_weeks import group_week
from tracker.actions.check_ins import log_check_in
from tracker.actions.requests import answer_request, take_request
from tracker.actions.steps import close_step
from tracker.models import AgreedStep, CheckIn, CheckInEntry


def check_in_events(run: DemoRun, content: dict[str, dict[str, Any]]) -> Iterator[DemoEvent]:
    for group, weeks in content.items():
        for week, row in weeks.items():
            yield run.event(row["at"], _log, group, week, row)
            for student, text, _, closed in row.get("steps", ()):
                if closed:
                    # "done w0 fri 18:20" if the student closed the step; else it ends with "by marta".
                    state, _, when = closed.partition(" ")
                    when, _, other = when.partition(" by ")
                    yield run.event(when, _close, group, text, state, other or student)
            for who, when, answer in row.get("then", ()):
                yield run.event(when, _go_on, group, _week(run, week), who, answer)


def _week(run: DemoRun, week: str) -> Week:
    return Week(run.days.day(f"{week} mon"))


def _log(run: DemoRun, group: str, week: str, row: dict[str, Any], at: datetime) -> None:
    by = run.demo.people[row["by"]]
    mentorships = run.groups[group].mentorships.open(run.cohort.today(at))
    with transaction.atomic():
        groups = Group.objects.select_related("cohort__course")
        log_check_in(
            group_week=group_week(groups.get(pk=run.groups[group].pk), _week(run, week)),
            **_content(run, row, at),
            logged_as=mentorships.get(person=by).role,
            by=by,
            at=at,
        )


def _content(run: DemoRun, row: dict[str, Any], at: datetime) -> dict[str, Any]:
    outcome = CheckIn.Outcome(row.get("outcome", "held"))
    held_on = run.cohort.today(at)
    if outcome == CheckIn.Outcome.MOVED:
        held_on = run.days.day(row["moved_to"])
    return {
        "check_in": CheckIn(
            outcome=outcome,
            held_on=None if outcome == CheckIn.Outcome.CANCELLED else held_on,
            minutes=row.get("minutes"),
            summary=row.get("summary", "").strip(),
            private_note=row.get("private_note", "").strip(),
            request=row.get("request", "").strip(),
        ),
        "entries": [
            CheckInEntry(enrolment=run.enrolments[student], **entry)
            for student, entry in row.get("entries", {}).items()
        ],
        "next_steps": [
            AgreedStep(text=text, due_on=run.days.day(by), enrolment=run.enrolments.get(student))
            for student, text, by, _ in row.get("steps", ())
        ],
    }


def _close(run: DemoRun, group: str, text: str, state: str, by: str, at: datetime) -> None:
    step = AgreedStep.objects.get(group=run.groups[group], text=text)
    close_step(step=step, state=AgreedStep.State(state), by=run.demo.people[by], at=at)


def _go_on(run: DemoRun, group: str, week: Week, who: str, answer: str, at: datetime) -> None:
    """Take the request of a check-in, or answer it."""
    check_in = CheckIn.objects.get(group=run.groups[group], week_starts_on=week.starts_on)
    by = run.demo.people[who]
    if answer:
        answer_request(check_in=check_in, version=check_in.version, body=answer, by=by, at=at)
    else:
        take_request(check_in=check_in, taken_from=None, by=by, at=at)
