"""The events of each person's calendar. It is Wednesday 16 September 2026, 11:00 in Lisbon."""

from datetime import date, timedelta
from typing import Any

import pytest

from courses.models import Course
from groups.models import Group
from people.models import User
from telling.calendar import CalendarEvent
from telling.dashboards.calendar_events import calendar_events
from tests.conftest import NOW, Cast
from tests.factories.courses import PauseFactory
from tests.factories.groups import MentorshipFactory
from tests.factories.tracker import AgreedStepFactory, CheckInFactory
from tracker.models import CheckIn

MONDAY = date(2026, 9, 14)


def events_of(cast: Cast, name: str, **fields: Any) -> dict[str, CalendarEvent]:
    """By identity, without the id of the group."""
    Group.objects.filter(pk=cast.clover.pk).update(meeting="Wednesdays 18:00, by video", **fields)
    events = calendar_events(User.objects.get(pk=cast.person(name).pk), NOW)
    return {event.uid.replace(f"-{cast.clover.pk}-", " ", 1): event for event in events}


def meetings(events: dict[str, CalendarEvent]) -> dict[str, CalendarEvent]:
    return {
        uid.removeprefix("meeting "): event for uid, event in events.items() if uid.startswith("meeting ")
    }


def test_student_has_meetings_due_dates_and_own_steps(cast: Cast) -> None:
    PauseFactory.create(cohort=cast.cohort, starts_on=date(2026, 9, 23), ends_on=date(2026, 9, 23))
    for enrolment, text, due_on in [
        (
            cast.enrolment("ana"),
            "Review Bruno’s notebook, tell bruno and FATIMA; ana’s own",
            date(2026, 9, 22),
        ),
        (None, "Meet at Chidi’s", date(2026, 9, 23)),
        (cast.enrolment("bruno"), "Somebody else’s", date(2026, 9, 24)),
        (cast.enrolment("ana"), "On no day", None),
    ]:
        AgreedStepFactory.create(group=cast.clover, enrolment=enrolment, text=text, due_on=due_on)
    AgreedStepFactory.create(
        group=cast.clover,
        text="Done",
        due_on=date(2026, 9, 22),
        state="done",
        closed_at=NOW,
        closed_by=cast.marta,
    )
    events = events_of(cast, "ana")
    held = meetings(events)
    # Not on the 23rd, in a pause: what is agreed by then is due after it. Coming events stand before past ones.
    days = [30, 37, 44, 51, 58, 65]
    assert [(event.on - date(2026, 8, 31)).days for event in held.values()] == [16, *days, 2, 9]
    today = held["2026-W38-0"]
    assert (today.summary, today.place, today.starts.isoformat()) == (
        "Clover meets", "by video", "2026-09-16T18:00:00+01:00",
    )  # fmt: skip
    others = [(event.summary, event.starts) for uid, event in events.items() if not uid.startswith("meeting")]
    assert others == [
        ("Due: Indexation (Clover)", date(2026, 9, 20)),
        ("Agreed: Review …’s notebook, tell … and FATIMA; …’s own", date(2026, 9, 22)),
        ("Agreed: Meet at …’s", date(2026, 9, 24)),
        ("Due: RAG (Clover)", date(2026, 9, 27)),
        ("Due: LLM basics (Clover)", date(2026, 9, 6)),
        ("Due: Prompt engineering (Clover)", date(2026, 9, 13)),
    ]


def test_student_keeps_the_steps_of_an_earlier_group_and_it_names_nobody_of_either(cast: Cast) -> None:
    AgreedStepFactory.create(
        group=cast.juniper,
        enrolment=cast.enrolment("ana"),
        text="Ask Dalia and Bruno",
        due_on=date(2026, 9, 22),
    )
    (step,) = [event for uid, event in events_of(cast, "ana").items() if uid.startswith("step")]
    assert (step.summary, step.path) == ("Agreed: Ask … and …", cast.clover.get_absolute_url())
    assert not any(uid.startswith("step") for uid in events_of(cast, "dalia"))


def test_mentor_has_all_their_groups_and_no_steps(cast: Cast) -> None:
    MentorshipFactory.create(group=cast.juniper, person=cast.marta)
    Group.objects.filter(pk=cast.juniper.pk).update(
        name="Juniper of Dalia", meeting="Fridays, at Emre Kaya’s"
    )
    AgreedStepFactory.create(group=cast.clover, text="Read on", due_on=date(2026, 9, 22))
    events = events_of(cast, "marta").values()
    assert {event.summary for event in events if event.on == date(2026, 9, 20)} == {
        "Due: Indexation (Clover)", "Due: Indexation (Juniper of …)",
    }  # fmt: skip
    friday = next(event for event in events if event.starts == date(2026, 9, 18))
    assert (friday.summary, friday.place) == ("Juniper of … meets", "at …’s")
    assert not any(event.uid.startswith("step") for event in events)


def test_meeting_lasts_the_planned_minutes_and_says_where_the_call_is(cast: Cast) -> None:
    Course.objects.filter(pk=cast.course.pk).update(weekly_minutes=45)
    (first, *_) = meetings(events_of(cast, "ana", call="https://meet.example/clover")).values()
    assert (first.lasts, first.place) == (timedelta(minutes=45), "by video, https://meet.example/clover")


def test_meeting_that_is_moved_or_cancelled_keeps_its_identity_and_counts_on(cast: Cast) -> None:
    before = meetings(events_of(cast, "ana"))
    logged = {"group": cast.clover, "minutes": None, "logged_by": cast.marta}
    moved = CheckInFactory.create(
        **logged, week_starts_on=MONDAY, outcome="moved", held_on=date(2026, 9, 18), private_note="Secret"
    )
    CheckInFactory.create(**logged, week_starts_on=date(2026, 9, 21), outcome="cancelled", held_on=None)
    after = meetings(events_of(cast, "ana"))
    assert after.keys() == before.keys()
    this, following = after["2026-W38-0"], after["2026-W39-0"]
    assert (this.summary, this.starts, this.lasts) == (
        "Clover meets (rescheduled)",
        date(2026, 9, 18),
        None,
    )
    assert (following.summary, following.on, following.is_cancelled) == (
        "Cancelled: Clover meets", date(2026, 9, 23), True,
    )  # fmt: skip
    assert not this.is_cancelled
    assert this.sequence > before["2026-W38-0"].sequence
    assert this.changed_at == moved.logged_at
    CheckIn.objects.filter(pk=moved.pk).update(
        version=2, held_on=date(2026, 9, 19), changed_at=NOW + timedelta(1)
    )
    again = meetings(events_of(cast, "ana"))["2026-W38-0"]
    assert (again.on, again.sequence, again.changed_at) == (
        date(2026, 9, 19), this.sequence + 1, NOW + timedelta(1),
    )  # fmt: skip


def test_meeting_besides_which_one_met_stays(cast: Cast) -> None:
    before = meetings(events_of(cast, "ana"))
    logged = CheckInFactory.create(
        group=cast.clover, week_starts_on=MONDAY, held_on=MONDAY, is_besides=True, logged_by=cast.marta
    )
    assert meetings(events_of(cast, "ana")) == before
    CheckIn.objects.filter(pk=logged.pk).update(is_besides=False)
    assert meetings(events_of(cast, "ana"))["2026-W38-0"].on == MONDAY


@pytest.mark.parametrize("ends", ["stay", "mentorship", "cohort", "archived"])
def test_calendar_is_empty_once_nothing_holds(cast: Cast, ends: str) -> None:
    name, first = ("marta" if ends == "mentorship" else "ana"), date(2026, 8, 31)
    assert events_of(cast, name)
    if ends == "stay":
        cast.clover.memberships.filter(pk=cast.ana.pk).update(
            ended_on=date(2026, 9, 16), end_reason="dropped"
        )
    elif ends == "mentorship":
        cast.clover.mentorships.update(ended_on=date(2026, 9, 16))
    elif ends == "cohort":
        type(cast.cohort).objects.update(closed_on=first)
    else:
        type(cast.cohort).objects.update(archived_at=NOW, archived_by=cast.ines)
    assert events_of(cast, name) == {}


def test_nothing_before_one_joined_nor_after_one_leaves(cast: Cast) -> None:
    cast.clover.memberships.filter(pk=cast.ana.pk).update(
        started_on=MONDAY, ended_on=date(2026, 9, 21), end_reason="moved"
    )
    assert {event.on for event in events_of(cast, "ana").values()} == {date(2026, 9, 16), date(2026, 9, 20)}
