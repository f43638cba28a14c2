from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.template.loader import render_to_string

from groups.actions.enrolment import join_group
from groups.models import Absence, Membership
from questions.actions import answer, ask, ask_again
from tests.conftest import NOW, Cast
from tests.factories.questions import QuestionFactory
from tests.factories.tracker import (
    AgreedStepFactory,
    CheckInEntryFactory,
    CheckInFactory,
    CodeReviewFactory,
    ProgressFactory,
)
from tests.moving import end_enrolment
from tests.tracker.dashboards.bruno import at, events, live, story_of, text, told
from tracker.access.students import student_to_read
from tracker.actions.attention import end_snooze, snooze_student
from tracker.actions.progress import mark, note_hours
from tracker.actions.records import bring_progress, mark_many
from tracker.dashboards.student_detail import student_timeline
from tracker.dashboards.student_detail.events import EventKind
from tracker.models import Progress
from tracker.standing import words_of


def test_story_tells_everything_by_week_the_latest_first(cast: Cast) -> None:
    live(cast)
    assert [(week.label, [text(event) for event in week.events]) for week in story_of(cast).weeks] == [
        ("This week", ["Snoozed until Sun 20 September", "Asked: Why divide?"]),
        (
            "Last week",
            [
                "Done: Try the notebook",
                "Asked: Why divide?",
                "Agreed: Try the notebook",
                "Prompt engineering: needs help",
                "Clover’s check-in, Tuesday, 30 minutes",
                "Ana approved LLM basics",
            ],
        ),
        (
            "2 weeks ago",
            [
                "Asked Ana to review LLM basics",
                "LLM basics: done",
                "Away Wed 2 to Thu 3 September",
                "Joined Clover",
            ],
        ),
    ]


@pytest.mark.parametrize("reader", ["bruno", "marta", "ines"])
def test_what_was_answered_before_it_was_asked_waits_for_nobody(cast: Cast, reader: str) -> None:
    known = ask(group=cast.juniper, by=cast.person("dalia"), at=at(15), title="Why the root?")
    answer(question=known, by=cast.tomas, at=at(15), body="So.")
    bruno, typed = cast.person("bruno"), {"title": "A raiz?", "is_asker_hidden": True}
    ask_again(question=known, group=cast.clover, by=bruno, at=at(16), typed=typed, is_answered=True)
    (event,) = (row for row in events(story_of(cast, reader=reader)) if row.kind is EventKind.QUESTIONS)
    assert (text(event), event.is_answered) == ("Asked: A raiz?", True)


def test_check_ins_that_were_not_held_or_not_theirs(cast: Cast) -> None:
    for day, outcome in ((date(2026, 9, 7), "cancelled"), (date(2026, 9, 14), "group_absent")):
        CheckInFactory.create(
            group=cast.clover,
            week_starts_on=day,
            outcome=outcome,
            minutes=None,
            held_on=None,
            logged_by=cast.marta,
        )
    join_group(
        enrolment=cast.enrolment("bruno"), group=cast.juniper, on=date(2026, 9, 14), by=None, at=at(14)
    )
    assert told(story_of(cast, reader="ines"), EventKind.CHECK_INS) == ["Clover’s check-in: cancelled"]


@pytest.mark.parametrize("has_entry", [True, False])
def test_story_has_nothing_of_a_group_from_before_they_joined(cast: Cast, has_entry: bool) -> None:
    Membership.objects.filter(pk=cast.bruno.pk).update(started_on=date(2026, 9, 9))
    for day in (8, 15):
        held_on = date(2026, 9, day)
        week = held_on - timedelta(days=1)
        check_in = CheckInFactory.create(group=cast.clover, week_starts_on=week, held_on=held_on)
        if has_entry:
            CheckInEntryFactory.create(check_in=check_in, enrolment=cast.enrolment("bruno"))
    for reader in ("bruno", "marta", "ines"):
        assert told(story_of(cast, reader=reader), EventKind.CHECK_INS) == [
            "Clover’s check-in, yesterday, 30 minutes"
        ]


def test_story_has_no_check_in_of_an_earlier_week_that_was_logged_later(cast: Cast) -> None:
    Membership.objects.filter(pk=cast.bruno.pk).update(started_on=date(2026, 9, 9))
    CheckInFactory.create(
        group=cast.clover,
        week_starts_on=date(2026, 8, 31),
        outcome="cancelled",
        held_on=None,
        minutes=None,
        logged_at=at(16),
    )
    assert told(story_of(cast, reader="bruno"), EventKind.CHECK_INS) == []


def test_story_says_how_they_stand_and_why(cast: Cast) -> None:
    live(cast)
    story = story_of(cast)
    assert [words_of(reason).full for reason in story.reasons] == [
        "needs help with Prompt engineering, for 8 days, the answer 4 days late",
    ]
    assert (story.heading, story.help_lines) == ("Bruno is snoozed", ())
    assert story.lead == (
        "Needs help with Prompt engineering, for 8 days, the answer 4 days late. 0 of 6.5 hours, came to the meeting."
    )
    assert story.aside is not None
    assert (story.aside.until_on, story.aside.put_aside_by, story.aside.reason) == (
        date(2026, 9, 20),
        cast.marta,
        "We talked",
    )
    assert [(days, row.accepted_by, reason) for row, days, reason in story.away] == [
        ("Wed 2 to Thu 3 September", cast.marta, "Exam")
    ]


def test_attention_undone_is_told_and_replaced_is_not(cast: Cast) -> None:
    ana, until = cast.enrolment("ana"), date(2026, 9, 20)
    snooze_student(enrolment=ana, until_on=until, reason="One", by=cast.marta, at=at(14))
    second = snooze_student(
        enrolment=ana, until_on=until + timedelta(1), reason="Two", by=cast.marta, at=at(15)
    )
    end_snooze(aside=second, by=cast.ines, at=at(16))
    assert told(story_of(cast, "ana"), EventKind.ATTENTION) == [
        "Snooze ended",
        "Snoozed until Mon 21 September",
        "Snoozed until Sun 20 September",
    ]


def test_story_of_who_dropped_out_has_no_standing(cast: Cast) -> None:
    live(cast)
    end_enrolment(
        enrolment=cast.enrolment("bruno"), on=date(2026, 9, 15), end_reason="dropped", by=cast.ines, at=at(15)
    )
    story = story_of(cast, reader="ines")
    assert (story.member, story.lead) == (None, "")
    assert (story.heading, story.membership_label) == ("Bruno dropped out", "dropped out on Tue 15 September")
    milestones = story_of(cast, reader="ines", shows_milestones=True).milestones
    assert [line.milestone.title for line in milestones] == ["LLM basics", "Prompt engineering"]
    assert told(story, EventKind.GROUPS) == ["Left Clover: dropped out", "Joined Clover"]


def test_story_of_who_ends_later_still_says_how_they_stand(cast: Cast) -> None:
    live(cast)
    end_enrolment(
        enrolment=cast.enrolment("bruno"), on=date(2026, 9, 30), end_reason="dropped", by=cast.ines, at=at(15)
    )
    story = story_of(cast, reader="ines")
    assert (story.heading, story.membership_label) == ("Bruno is snoozed", "in Clover since Mon 31 August")
    assert told(story, EventKind.GROUPS) == ["Joined Clover"]


def test_story_of_who_is_in_no_group_says_so(cast: Cast) -> None:
    cast.bruno.delete()
    story = story_of(cast, reader="ines")
    assert (story.heading, story.membership_label) == ("Bruno’s history", "not in a group")
    assert (story.weeks, story.milestones) == ((), ())
    # Until the day on which they end.
    planned = {"on": date(2026, 9, 30), "end_reason": "dropped", "by": cast.ines, "at": at(15)}
    end_enrolment(enrolment=cast.enrolment("bruno"), **planned)
    assert story_of(cast, reader="ines").membership_label == "not in a group"


def test_week_of_another_year_says_the_year(cast: Cast) -> None:
    QuestionFactory.create(membership=cast.ana, asked_at=datetime(2025, 9, 10, tzinfo=UTC))
    assert story_of(cast, "ana").weeks[-1].label == "Mon 8 to Sun 14 September 2025"


def test_latest_three_weeks_come_first_and_the_rest_when_asked_for(cast: Cast) -> None:
    for weeks in range(5):
        QuestionFactory.create(membership=cast.ana, asked_at=NOW - timedelta(weeks=weeks))
    access = student_to_read(cast.marta, cast.enrolment("ana").pk, NOW)
    for shows_all, earlier in ((False, 2), (True, 0)):
        shown = student_timeline(access=access, now=NOW, shows_all=shows_all)
        labels = [week.label for week in shown.weeks]
        assert labels[:3] == ["This week", "Last week", "2 weeks ago"]
        assert (len(labels), shown.earlier_count) == (5 - earlier, earlier)


def test_week_begins_with_what_the_milestones_came_to_and_folds_the_rest(cast: Cast) -> None:
    ana, (basics, *_) = cast.enrolment("ana"), cast.milestones
    for day, state in ((14, "working"), (15, "done")):
        mark(enrolment=ana, milestone=basics, state=state, by=ana.person, at=at(day))
    for number, count in ((4, 3), (5, 3)):
        while ana.asks.count() < number:
            QuestionFactory.create(membership=cast.ana, title="Why?", asked_at=at(16))
        week = story_of(cast, "ana").weeks[0]
        assert week.first_done[0].what == "LLM basics: done"
        assert (len(week.first_done), len(week.more_done)) == (count, number + 1 - count)
    assert all("working" not in event.what for event in week.done)


def test_mark_stays_in_the_week_in_which_a_review_of_its_milestone_was_asked_for(cast: Cast) -> None:
    ana, basics = cast.enrolment("ana"), cast.milestones[0]
    mark(enrolment=ana, milestone=basics, state="done", by=ana.person, at=at(14))
    CodeReviewFactory.create(
        group=cast.clover,
        author=ana,
        reviewer=cast.enrolment("bruno"),
        milestone=basics,
        requested_at=at(15),
    )
    assert [text(event) for event in story_of(cast, "ana").weeks[0].done] == [
        "LLM basics: done",
        "Asked Bruno to review LLM basics",
    ]


def test_imported_marks_are_dated_by_what_is_known_of_them(cast: Cast) -> None:
    ana = cast.enrolment("ana")
    for number, since in ((0, at(3)), (1, None)):
        ProgressFactory.create(
            enrolment=ana, milestone=cast.milestones[number], state_since=since,
            finished_on=since and since.date(), started_on=None,
        )  # fmt: skip
    shown = [
        (week.label, event.what)
        for week in story_of(cast, "ana").weeks
        for event in week.events
        if event.kind is EventKind.PROGRESS
    ]
    assert shown == [("2 weeks ago", "LLM basics: done"), ("", "Prompt engineering: done")]


def test_hours_of_an_import_are_no_work_of_its_day(cast: Cast) -> None:
    ana, (basics, prompts, *_) = cast.enrolment("ana"), cast.milestones
    done = ProgressFactory.create(
        enrolment=ana, milestone=basics, state_since=at(3), started_on=None, finished_on=date(2026, 9, 3)
    )
    marks = [(ana, basics.pk, done.state, None, Decimal(3))]
    mark_many(marks=marks, milestones={basics.pk}, by=cast.ines, at=at(17))
    new = Progress(enrolment=ana, milestone=prompts, hours=Decimal(2), changed_at=NOW, changed_by=cast.ines)
    bring_progress(progress=[new], milestones={prompts.pk}, by=cast.ines, at=NOW)
    # Noted here, they are of the day.
    note_hours(enrolment=ana, milestone=prompts, hours=Decimal(4), by=ana.person, at=at(17))
    shown = [
        (week.label, event.what)
        for week in story_of(cast, "ana").weeks
        for event in week.events
        if event.kind is EventKind.PROGRESS
    ]
    assert shown == [
        ("This week", "Prompt engineering: 4 h spent"),
        ("2 weeks ago", "LLM basics: done"),
        ("", "LLM basics: 3 h spent"),
        ("", "Prompt engineering: 2 h spent"),
    ]


def test_story_of_somebody_new_has_but_their_joining(cast: Cast) -> None:
    story = story_of(cast, "ana")
    assert [event.what for event in events(story)] == ["Joined Clover"]
    assert (story.heading, story.away, story.aside) == ("Ana is 2 behind", (), None)


def fill(cast: Cast, count: int) -> None:
    bruno = cast.enrolment("bruno")
    for number in range(count):
        mark(
            enrolment=bruno, milestone=cast.milestones[number], state="done", by=cast.marta, at=at(5 + number)
        )
        check_in = CheckInFactory.create(
            group=cast.clover, week_starts_on=date(2026, 8, 31) + timedelta(7 * number), logged_by=cast.marta
        )
        CheckInEntryFactory.create(check_in=check_in, enrolment=bruno)
        AgreedStepFactory.create(group=cast.clover, enrolment=bruno, agreed_at=at(5 + number))
        QuestionFactory.create(membership=cast.bruno, milestone=cast.milestones[number])
        CodeReviewFactory.create(
            group=cast.clover,
            author=bruno,
            reviewer=cast.enrolment("ana"),
            milestone=cast.milestones[number],
        )
        day = date(2026, 9, 1) + timedelta(number)
        Absence.objects.create(enrolment=bruno, starts_on=day, ends_on=day, accepted_by=cast.marta)
        snooze_student(
            enrolment=bruno, until_on=date(2026, 9, 20), reason="Ill", by=cast.marta, at=at(5 + number)
        )


@pytest.mark.parametrize("count", [1, 3])
def test_student_timeline_takes_constant_queries(
    cast: Cast, count: int, django_assert_num_queries: Any
) -> None:
    fill(cast, count)
    # Relations, the enrolment with its stays, three of the overview, asks led, and one a kind of row.
    with django_assert_num_queries(24):
        story = story_of(cast)
    assert len(told(story, EventKind.CHECK_INS)) == count


def test_student_detail_renders_without_a_query(cast: Cast, django_assert_num_queries: Any) -> None:
    live(cast)
    story = story_of(cast)
    with django_assert_num_queries(0):
        html = render_to_string("tracker/student_detail.html", {"timeline": story, "access": story.access})
    assert html.count('class="timeline-week"') == 3
    assert "He is alone with it." in html
