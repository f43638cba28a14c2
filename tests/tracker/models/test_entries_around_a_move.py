"""Of a student who moved, the entry of the group of that day counts: in attention, in the panel, and in the history."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from courses.models import Cohort
from groups.models import Group
from tests.conftest import NOW, Cast, SignIn
from tests.factories.tracker import CheckInEntryFactory, CheckInFactory, MeetingNoteFactory
from tests.moving import move_student
from tests.tracker.dashboards.bruno import events, story_of
from tracker.dashboards.group_overviews import group_overview
from tracker.dashboards.hours import attendance_label
from tracker.dashboards.student_detail.events import EventKind
from tracker.models import CheckInEntry
from tracker.standing import ReasonCode


def entry(cast: Cast, group: str, day: int, attendance: str) -> None:
    held_on = date(2026, 9, day)
    check_in = CheckInFactory.create(
        group=getattr(cast, group), week_starts_on=held_on - timedelta(held_on.weekday()), held_on=held_on
    )
    CheckInEntryFactory.create(check_in=check_in, enrolment=cast.enrolment("bruno"), attendance=attendance)


def move(cast: Cast, day: int) -> None:
    move_student(
        enrolment=cast.enrolment("bruno"), group=cast.juniper, on=date(2026, 9, day), by=cast.ines, at=NOW
    )


def counted() -> list[tuple[str, int]]:
    rows = CheckInEntry.objects.with_is_counted().filter(is_counted=True).order_by("check_in__held_on")
    return [(row.check_in.group.name, row.check_in.held_on.day) for row in rows if row.check_in.held_on]


@pytest.mark.parametrize(
    ("moved", "entries", "expected"),
    [
        # He moved between the meetings of both groups: the later one is that of the week.
        (9, [("clover", 8), ("juniper", 10)], [("Juniper", 10)]),
        # On the day of the move he is in the new group.
        (10, [("clover", 10), ("juniper", 10)], [("Juniper", 10)]),
        (10, [("clover", 9), ("juniper", 9)], [("Clover", 9)]),
        # Both met while he was elsewhere.
        (9, [("clover", 10), ("juniper", 8)], []),
        (9, [("clover", 8), ("juniper", 15)], [("Clover", 8), ("Juniper", 15)]),
        # The move was dated back: what Clover recorded since is not counted.
        (7, [("clover", 1), ("clover", 8), ("clover", 15)], [("Clover", 1)]),
    ],
)
def test_one_entry_a_week_counts_that_of_the_group_of_that_day(
    cast: Cast, moved: int, entries: list[tuple[str, int]], expected: list[tuple[str, int]]
) -> None:
    for group, day in entries:
        entry(cast, group, day, "present")
    move(cast, moved)
    assert counted() == expected
    assert CheckInEntry.objects.count() == len(entries)


@pytest.mark.parametrize(("moved", "is_absent"), [(7, False), (16, True)])
def test_absences_in_a_group_that_they_had_left_flag_nobody(cast: Cast, moved: int, is_absent: bool) -> None:
    """Clover waited for Bruno twice, until somebody said since when he has been in Juniper."""
    for day in (8, 15):
        entry(cast, "clover", day, "absent")
    move(cast, moved)
    group = Group.objects.select_related("cohort__course").get(pk=cast.juniper.pk)
    members = {member.name: member for member in group_overview(group, now=NOW).members}
    codes = {reason.code for reason in members["Bruno Sá"].standing.reasons}
    assert (ReasonCode.ABSENT in codes) is is_absent


@pytest.mark.parametrize(
    ("entries", "label"),
    [
        ([], ""),
        (["present"], "came to the meeting"),
        (["present", "present"], "came to both meetings"),
        (["present"] * 3, "came to all 3 meetings"),
        (["absent"], "missed the meeting"),
        (["present", "absent", "present"], "came to 2 of 3 meetings"),
        # Who was excused did not fail to come.
        (["excused"], "excused from 1 meeting"),
        (["excused", "excused"], "excused from 2 meetings"),
        (["present", "excused"], "came to the meeting and was excused from another"),
        (
            ["absent", "present", "excused", "excused"],
            "came to 1 of 2 meetings and was excused from 2 others",
        ),
    ],
)
def test_who_was_excused_is_told_apart_from_who_did_not_come(entries: list[str], label: str) -> None:
    assert attendance_label((entry, "Clover") for entry in entries) == label


def test_panel_and_history_count_alike_and_name_the_groups(cast: Cast, as_: SignIn) -> None:
    for group, day, attendance in (
        ("clover", 1, "present"), ("clover", 8, "excused"), ("juniper", 9, "present"), ("juniper", 15, "absent"),
    ):  # fmt: skip
        entry(cast, group, day, attendance)
    move(cast, 9)
    label = "came to 2 of 3 meetings of Clover and Juniper"
    story = story_of(cast, reader="ines")
    assert story.attendance == label
    url = reverse("tracker:group-detail", args=[cast.juniper.pk], query={"student": cast.bruno.enrolment_id})
    assert as_("ines").get(url).context["student_panel"]["attendance"] == label
    # What was recorded stays in the history, with the group that recorded it.
    check_ins = [event for event in events(story) if event.kind is EventKind.CHECK_INS]
    assert [(event.what, event.attendance) for event in check_ins] == [
        ("Juniper’s check-in, yesterday, 30 minutes", "absent"),
        ("Juniper’s check-in, Wednesday, 30 minutes", "present"),
        ("Clover’s check-in, Tuesday, 30 minutes", "excused"),
        ("Clover’s check-in, Tuesday, 30 minutes", "present"),
    ]


@pytest.mark.parametrize(("moved", "is_told"), [(8, False), (9, True)])
def test_history_has_the_cancelled_meeting_of_the_group_of_its_day(
    cast: Cast, moved: int, is_told: bool
) -> None:
    Group.objects.filter(pk=cast.clover.pk).update(meeting="Tuesdays 18:00")
    CheckInFactory.create(
        group=cast.clover, week_starts_on=date(2026, 9, 7), outcome="cancelled", held_on=None, minutes=None
    )
    move(cast, moved)
    told = [
        event.what for event in events(story_of(cast, reader="ines")) if event.kind is EventKind.CHECK_INS
    ]
    assert told == (["Clover’s check-in: cancelled"] if is_told else [])


@pytest.mark.parametrize(
    ("moved", "said", "expected"),
    [
        # Both groups met with him in that week, Juniper on Thursday.
        (9, [("clover", 7, "stuck"), ("juniper", 9, "well")], ["well"]),
        # Clover meets on Tuesday, on which he was in Juniper.
        (8, [("clover", 7, "stuck"), ("juniper", 9, "well")], ["well"]),
        (8, [("clover", 7, "stuck")], []),
        (9, [("clover", 7, "stuck")], ["stuck"]),
        # "Well" before a meeting of a group that he had left ends nothing.
        (15, [("clover", 7, "stuck"), ("clover", 14, "well")], ["stuck"]),
    ],
)
def test_what_was_said_before_a_meeting_counts_in_the_group_of_its_day(
    cast: Cast, moved: int, said: list[tuple[str, int, str]], expected: list[str]
) -> None:
    Cohort.objects.update(asks_before_meeting=True)
    Group.objects.filter(pk=cast.clover.pk).update(meeting="Tuesdays 18:00")
    Group.objects.filter(pk=cast.juniper.pk).update(meeting="Thursdays 18:00")
    for name, day, going in said:
        at = datetime(2026, 9, day, 12, tzinfo=UTC)
        MeetingNoteFactory.create(
            enrolment=cast.enrolment("bruno"),
            group=getattr(cast, name),
            week_starts_on=at.date() - timedelta(at.weekday()),
            going=going,
            changed_at=at,
        )
    move(cast, moved)
    group = Group.objects.select_related("cohort__course").get(pk=cast.juniper.pk)
    members = {member.name: member for member in group_overview(group, now=NOW).members}
    assert [note.going for note in members["Bruno Sá"].facts.said] == expected


def test_stuck_before_a_meeting_after_they_left_counts_for_nothing_when_they_come_back(cast: Cast) -> None:
    Cohort.objects.update(asks_before_meeting=True)
    Group.objects.filter(pk=cast.clover.pk).update(meeting="Tuesdays 18:00")
    MeetingNoteFactory.create(
        enrolment=cast.enrolment("bruno"), group=cast.clover, week_starts_on=date(2026, 9, 7), going="stuck"
    )
    move(cast, 9)
    # They left on the day of the meeting, and were in no group that day.
    cast.clover.memberships.filter(enrolment=cast.enrolment("bruno")).update(ended_on=date(2026, 9, 8))
    group = Group.objects.select_related("cohort__course").get(pk=cast.juniper.pk)
    members = {member.name: member for member in group_overview(group, now=NOW).members}
    assert not members["Bruno Sá"].facts.said
