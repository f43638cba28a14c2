from datetime import date

import pytest
from django.template.loader import render_to_string
from django.utils import timezone

from groups.actions.enrolment import join_group
from groups.actions.mentorship import end_mentorship
from groups.actions.moving import remove_from_groups
from groups.models import Group
from lib.marks import PersonMark
from tests.conftest import NOW, Cast
from tests.tracker.dashboards.bruno import events, live, story_of, text, told
from tracker.dashboards.student_detail.events import EventKind


@pytest.mark.parametrize("reader", ["marta", "ines"])
def test_check_in_tells_mentors_and_admins_what_was_said(cast: Cast, reader: str) -> None:
    live(cast)
    event = next(each for each in events(story_of(cast, reader=reader)) if each.kind is EventKind.CHECK_INS)
    assert (event.attendance, event.note, event.summary, event.private_note, event.readers) == (
        "present",
        "Quiet today.",
        "We paired.",
        "He is alone with it.",
        "Clover’s mentors and the course admins read this.",
    )
    assert event.url == f"/groups/{cast.clover.pk}/check-ins/2026-W37/"


def test_student_reads_their_own_story_without_what_is_said_of_them(cast: Cast) -> None:
    live(cast)
    story = story_of(cast, reader="bruno")
    event = next(each for each in events(story) if each.kind is EventKind.CHECK_INS)
    assert (event.attendance, event.note, event.summary, event.private_note) == (
        "present",
        "",
        "We paired.",
        "",
    )
    assert (story.aside, story.reasons, told(story, EventKind.ATTENTION)) == (None, (), [])
    assert (story.heading, story.lead) == ("You asked for help", "0 of 6.5 hours, came to the meeting.")
    assert told(story, EventKind.REVIEWS) == [
        "Ana approved LLM basics",
        "Asked Ana to review LLM basics",
    ]
    assert "Approved Bruno’s LLM basics" in told(story_of(cast, "ana", reader="ana"), EventKind.REVIEWS)
    html = render_to_string("tracker/student_detail.html", {"timeline": story, "access": story.access})
    for secret in (
        "alone with it",
        "Quiet today",
        "notebook does not start",
        "stuck",
        "We talked",
        "needs help with",
    ):
        assert secret not in html
    assert "Waive" not in html


@pytest.mark.parametrize("reader", ["bruno", "marta", "tomas", "ines"])
def test_review_has_the_mark_of_the_other_one_in_the_hue_of_its_group(cast: Cast, reader: str) -> None:
    live(cast)
    Group.objects.filter(pk=cast.clover.pk).update(hue=3)
    join_group(
        enrolment=cast.enrolment("bruno"),
        group=cast.juniper,
        on=date(2026, 9, 14),
        by=cast.ines,
        at=timezone.now(),
    )
    story = story_of(cast, reader=reader)
    marks = {event.mark for event in events(story) if event.kind is EventKind.REVIEWS}
    assert marks == {PersonMark(str(cast.person("ana")), "A", 3)}
    html = render_to_string("tracker/student_detail.html", {"timeline": story, "access": story.access})
    assert html.count('<span class="mark hue-3" aria-hidden="true">A</span>') == 2


def test_new_mentor_reads_the_story_but_no_private_note_of_the_old_group(cast: Cast) -> None:
    live(cast)
    join_group(
        enrolment=cast.enrolment("bruno"),
        group=cast.juniper,
        on=date(2026, 9, 14),
        by=cast.ines,
        at=timezone.now(),
    )
    story = story_of(cast, reader="tomas")
    event = next(each for each in events(story) if each.kind is EventKind.CHECK_INS)
    assert (event.note, event.summary, event.private_note) == ("Quiet today.", "We paired.", "")
    assert event.url == ""
    assert told(story, EventKind.GROUPS) == ["Moved from Clover to Juniper", "Joined Clover"]
    assert story.membership_label == "in Juniper since Mon 14 September"


def test_who_leaves_a_group_and_stays_enrolled_has_left_it(cast: Cast) -> None:
    bruno, at = cast.enrolment("bruno"), timezone.now()
    remove_from_groups(enrolments=[bruno], on=date(2026, 9, 14), reason="", by=cast.ines, at=at)
    assert told(story_of(cast, reader="ines"), EventKind.GROUPS) == ["Left Clover", "Joined Clover"]
    join_group(enrolment=bruno, group=cast.juniper, on=date(2026, 9, 16), by=cast.ines, at=at)
    assert told(story_of(cast, reader="ines"), EventKind.GROUPS) == [
        "Joined Juniper", "Left Clover", "Joined Clover",
    ]  # fmt: skip


@pytest.mark.parametrize(("reader", "is_linked"), [("tomas", False), ("bruno", True), ("ines", True)])
def test_code_review_is_linked_for_who_may_open_it(cast: Cast, reader: str, is_linked: bool) -> None:
    live(cast)
    join_group(
        enrolment=cast.enrolment("bruno"),
        group=cast.juniper,
        on=date(2026, 9, 14),
        by=cast.ines,
        at=timezone.now(),
    )
    reviews = [each for each in events(story_of(cast, reader=reader)) if each.kind is EventKind.REVIEWS]
    assert [text(each) for each in reviews] == ["Ana approved LLM basics", "Asked Ana to review LLM basics"]
    url = f"/reviews/{cast.enrolment('bruno').reviews_got.get().pk}/"
    assert [each.url for each in reviews] == [url if is_linked else ""] * 2


def test_former_mentor_reads_what_fell_in_their_days(cast: Cast) -> None:
    live(cast)
    end_mentorship(mentorship=cast.clover.mentorships.get(), on=date(2026, 9, 9), by=cast.ines, at=NOW)
    story = story_of(cast)
    assert [text(event) for event in events(story)] == [
        "Agreed: Try the notebook",
        "Prompt engineering: needs help",
        "Clover’s check-in, Tuesday, 30 minutes",
        "Ana approved LLM basics",
        "Asked Ana to review LLM basics",
        "LLM basics: done",
        "Away Wed 2 to Thu 3 September",
        "Joined Clover",
    ]
    check_in = next(each for each in events(story) if each.kind is EventKind.CHECK_INS)
    assert check_in.private_note == "He is alone with it."
    assert story.limited == (
        "You see what happened while you were the mentor: Clover Mon 31 August to Tue 8 September."
    )
    assert (story.member, story.milestones, story.aside) == (None, (), None)
