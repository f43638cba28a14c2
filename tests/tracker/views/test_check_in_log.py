import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from groups.models import Group, Membership, Mentorship
from lib.refusals import Refused
from people.models import Event
from questions.actions import ask
from questions.models import Ask, Question
from tests.conftest import NOW, Cast, SignIn
from tests.factories.groups import AbsenceFactory, MembershipFactory, MentorshipFactory
from tests.factories.people import UserFactory
from tests.factories.questions import QuestionFactory
from tests.factories.tracker import AgreedStepFactory, CheckInEntryFactory, CheckInFactory, ProgressFactory
from tests.moving import move_student
from tests.sent_form import fields_of
from tracker.actions.progress import mark
from tracker.dashboards.check_in_log import CheckInLogPage
from tracker.dashboards.group_overviews import group_overview
from tracker.models import AgreedStep, CheckIn, CheckInDraft, CheckInEntry, Progress

THIS_WEEK = "2026-W38"
LAST_WEEK = "2026-W37"


def url_of(cast: Cast, week: str = THIS_WEEK, name: str = "tracker:check-in-log") -> str:
    return reverse(name, args=[cast.clover.pk, week])


def opened(client: Client, cast: Cast, week: str = THIS_WEEK) -> dict[str, str]:
    """The fields as the form shows them to this person, also while the meeting is ahead."""
    response = client.get(f"{url_of(cast, week)}?met=no")
    assert response.status_code == 200
    return fields_of(response.text, "check-in")


def row(cast: Cast, name: str, field: str) -> str:
    return f"e{cast.enrolment(name).pk}-{field}"


def next_step(cast: Cast, name: str, field: str = "text") -> str:
    return f"n{cast.enrolment(name).pk}-{field}"


def log(client: Client, cast: Cast, fields: dict[str, Any], week: str = THIS_WEEK) -> Any:
    return client.post(url_of(cast, week), fields)


def entries(check_in: CheckIn) -> set[tuple[str, str, str]]:
    return set(check_in.entries.values_list("enrolment__person__name", "attendance", "note"))


# The form's proposals


def test_check_in_log_is_prefilled(cast: Cast, as_: SignIn) -> None:
    """With the planned values, not those of the last one."""
    CheckInFactory.create(group=cast.clover, held_on=date(2026, 9, 8), minutes=40)
    fields = opened(as_("marta"), cast)
    assert {
        name: fields[name] for name in ("version", "outcome", "held_on", "minutes", "summary", "private_note")
    } == {
        "version": "0",
        "outcome": "held",
        "held_on": "2026-09-16",
        "minutes": "30",
        "summary": "",
        "private_note": "",
    }
    assert fields[row(cast, "ana", "attendance")] == "present"
    # Indexation is due on Sunday 20 September.
    assert fields["q0-milestone"] == str(cast.milestones[2].pk)


def test_check_in_log_of_a_group_without_check_in_takes_the_budget(cast: Cast, as_: SignIn) -> None:
    cast.course.weekly_minutes = 45
    cast.course.save()
    assert opened(as_("marta"), cast)["minutes"] == "45"


def test_check_in_log_presets_the_milestone_that_the_page_shows_the_group_at(cast: Cast, as_: SignIn) -> None:
    """Two of three have prompt engineering next, though indexation is due next."""
    for name, milestones in (
        ("ana", cast.milestones[:1]),
        ("bruno", cast.milestones[:1]),
        ("chidi", cast.milestones[:2]),
    ):
        for milestone in milestones:
            ProgressFactory.create(enrolment=cast.enrolment(name), milestone=milestone)
    at = cast.milestones[1]
    marta = as_("marta")
    for week in (THIS_WEEK, LAST_WEEK):
        assert opened(marta, cast, week)["q0-milestone"] == str(at.pk)
    assert group_overview(cast.clover, now=timezone.now()).current_milestone_id == at.pk


def test_check_in_log_says_who_reads_each_field(cast: Cast, as_: SignIn) -> None:
    page = " ".join(as_("marta").get(url_of(cast)).text.split())
    for words in ("Each student reads their own", "The cohort reads this"):
        assert words in page, words
    # The words beside the name of a field, and whether a lock says that students do not read it.
    beside = {
        " ".join(re.sub(r"<.*?>", " ", words).split()): "#lock" in words
        for words in re.findall(r"<label for=[^>]*>(.*?)</label>", page)
        if "readers" in words
    }
    assert beside == {
        "Note Mentors and course admins read this": True,
        "What we talked about Clover reads this": False,
        "Private note Marta and Inês read this": True,
        "Private line to talk about Marta and Inês read this": True,
        "Request to the course admin Mentors and course admins read this": True,
    }


def test_check_in_log_has_a_line_for_who_is_fine(cast: Cast, as_: SignIn) -> None:
    """Chidi and Ana are on track, and Ana has a step to tick; Bruno needs help."""
    for name in ("ana", "chidi"):
        for milestone in cast.milestones[:2]:
            ProgressFactory.create(enrolment=cast.enrolment(name), milestone=milestone)
    ProgressFactory.create(enrolment=cast.enrolment("bruno"), milestone=cast.milestones[0], state="need_help")
    AgreedStepFactory.create(group=cast.clover, enrolment=cast.enrolment("ana"), text="Read")
    marta = as_("marta")

    def rows(response: Any) -> list[tuple[str, bool]]:
        return [(row.member.enrolment.person.name, row.is_fine) for row in response.context["page"].rows]

    first = marta.get(url_of(cast))
    assert rows(first) == [("Bruno Sá", False), ("Ana Ruivo", False), ("Chidi Okafor", True)]
    assert re.findall(r'<input [^>]*name="([a-z0-9_-]+)"[^>]*data-first', first.text) == [
        next_step(cast, "bruno")
    ]
    again = log(
        marta, cast, opened(marta, cast) | {"minutes": "", row(cast, "chidi", "attendance"): "absent"}
    )
    assert rows(again) == [("Bruno Sá", False), ("Ana Ruivo", False), ("Chidi Okafor", False)]
    assert again.context["page"].sentence == "Wednesday 16 September, Chidi absent."


SENTENCES: list[tuple[dict[str, str], str]] = [
    ({}, "Wednesday 16 September, 30 minutes, everyone came."),
    ({"held_on": "2026-09-14", "minutes": "45"}, "Monday 14 September, 45 minutes, everyone came."),
    ({"outcome": "group_absent"}, "Wednesday 16 September, nobody came."),
    ({"outcome": "cancelled"}, "Cancelled."),
    ({"outcome": "moved"}, "Rescheduled."),
    ({"outcome": "moved", "moved_to": "2026-09-21"}, "Rescheduled to Monday 21 September."),
    (
        {"outcome": "moved", "moved_to": "2026-09-21", "held_at": "17:30"},
        "Rescheduled to Monday 21 September, 17:30.",
    ),
]


def test_check_in_log_says_what_will_be_saved(cast: Cast, as_: SignIn) -> None:
    marta = as_("marta")
    fields = opened(marta, cast)
    for changed, sentence in SENTENCES:
        response = log(marta, cast, fields | changed | {"add-line": "1"})
        assert response.context["page"].sentence == sentence
        assert sentence in response.text


def test_check_in_log_of_a_group_on_track_begins_with_what_it_talked_about(cast: Cast, as_: SignIn) -> None:
    for name in ("ana", "bruno", "chidi"):
        for milestone in cast.milestones[:2]:
            ProgressFactory.create(enrolment=cast.enrolment(name), milestone=milestone)
    html = as_("marta").get(url_of(cast)).text
    assert html.count('<details class="entry fine"') == 3
    assert re.findall(r'<textarea name="([a-z0-9_-]+)"[^>]*data-first', html) == ["summary"]


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (30, "Clover’s check-in is saved."),
        (45, "Clover’s check-in is saved: 45 minutes, 15 more than the 30 planned."),
    ],
)
def test_check_in_log_says_that_it_took_longer_and_never_hinders_it(
    cast: Cast, as_: SignIn, minutes: int, said: str
) -> None:
    marta = as_("marta")
    response = log(marta, cast, opened(marta, cast) | {"minutes": str(minutes)})
    (message,) = get_messages(response.wsgi_request)
    assert str(message).startswith(f"{said} ")
    assert CheckIn.objects.get().minutes == minutes


def names_in(page: CheckInLogPage) -> set[str]:
    return {row.member.enrolment.person.get_short_name() for row in page.rows}


def test_check_in_log_has_the_members_of_the_day_of_the_meeting(cast: Cast, as_: SignIn) -> None:
    """Chidi left on Tuesday, Dalia comes on Friday, and Emre only after this week."""
    Group.objects.filter(pk=cast.clover.pk).update(meeting="Wednesdays 9:00")
    for name, group, day in (("chidi", "juniper", 15), ("dalia", "clover", 18), ("emre", "clover", 21)):
        on, to = date(2026, 9, day), getattr(cast, group)
        move_student(enrolment=cast.enrolment(name), group=to, on=on, by=cast.ines, at=NOW)
    page = as_("marta").get(url_of(cast)).context["page"]
    assert names_in(page) == {"Ana", "Bruno"}
    assert page.elsewhere == "Chidi (until Mon 14 September) and Dalia (from Fri 18 September)"
    last_week = as_("marta").get(url_of(cast, LAST_WEEK)).context["page"]
    assert (names_in(last_week), last_week.elsewhere) == ({"Ana", "Bruno", "Chidi"}, "")


def test_check_in_log_before_the_meeting_has_the_members_of_its_day(cast: Cast, as_: SignIn) -> None:
    Group.objects.filter(pk=cast.clover.pk).update(meeting="Fridays 18:00")
    move_student(
        enrolment=cast.enrolment("bruno"), group=cast.juniper, on=date(2026, 9, 17), by=cast.ines, at=NOW
    )
    marta = as_("marta")
    page = marta.get(url_of(cast)).context["page"]
    assert (names_in(page), page.elsewhere) == ({"Ana", "Chidi"}, "Bruno (until Wed 16 September)")
    # They met earlier, when he was still there.
    met = {"outcome": "held", "held_on": "2026-09-15", "is_besides": "True", "minutes": "30"}
    came = {row(cast, name, "attendance"): "present" for name in ("ana", "chidi")}
    again = log(marta, cast, opened(marta, cast) | met | came)
    assert again.context["page"].forms.errors == ["Choose whether Bruno Sá was there."]
    assert log(marta, cast, fields_of(again.text, "check-in") | {row(cast, "bruno", "attendance"): "absent"})
    assert entries(CheckIn.objects.get()) == {
        ("Ana Ruivo", "present", ""), ("Bruno Sá", "absent", ""), ("Chidi Okafor", "present", ""),
    }  # fmt: skip


def test_check_in_log_saves_nothing_of_who_had_left_by_then_and_loses_no_words(
    cast: Cast, as_: SignIn
) -> None:
    Group.objects.filter(pk=cast.clover.pk).update(meeting="Tuesdays 18:00")
    move_student(
        enrolment=cast.enrolment("bruno"), group=cast.juniper, on=date(2026, 9, 16), by=cast.ines, at=NOW
    )
    marta = as_("marta")
    fields = opened(marta, cast) | {row(cast, "bruno", "note"): "Tired"}
    again = log(marta, cast, fields | {"held_on": "2026-09-16"})
    assert again.context["page"].forms.errors == [
        "Bruno Sá was not in Clover on Wednesday 16 September: choose another day, or empty what is about them."
    ]
    typed = fields_of(again.text, "check-in")
    assert typed[row(cast, "bruno", "note")] == "Tired"
    assert log(marta, cast, typed | {row(cast, "bruno", "note"): ""}).status_code == 302
    assert {name for name, *_ in entries(CheckIn.objects.get())} == {"Ana Ruivo", "Chidi Okafor"}


@pytest.mark.parametrize(
    ("meeting", "week", "day", "due"),
    [
        ("Tuesdays 18:00", THIS_WEEK, "2026-09-15", "2026-09-22"),
        ("Mondays and Tuesdays", THIS_WEEK, "2026-09-15", "2026-09-21"),
        ("Wednesdays 18:00", THIS_WEEK, "2026-09-16", "2026-09-23"),
        ("", THIS_WEEK, "2026-09-16", "2026-09-23"),
        ("Tuesdays 18:00", LAST_WEEK, "2026-09-08", "2026-09-22"),
        ("", LAST_WEEK, "2026-09-11", "2026-09-18"),
    ],
)
def test_check_in_log_proposes_the_last_meeting_day_and_agrees_until_the_next(
    cast: Cast, as_: SignIn, meeting: str, week: str, day: str, due: str
) -> None:
    Group.objects.filter(pk=cast.clover.pk).update(meeting=meeting)
    marta = as_("marta")
    fields = opened(marta, cast, week)
    assert fields["held_on"] == day
    log(marta, cast, fields | {next_step(cast, "ana"): "Read"}, week)
    assert [step.due_on.isoformat() for step in AgreedStep.objects.all() if step.due_on] == [due]


def test_check_in_log_proposes_no_meeting_day_of_a_break(cast: Cast, as_: SignIn) -> None:
    Group.objects.filter(pk=cast.clover.pk).update(meeting="Tuesdays 18:00")
    cast.cohort.pauses.create(starts_on=date(2026, 9, 15), ends_on=date(2026, 9, 15))
    assert opened(as_("marta"), cast)["held_on"] == "2026-09-16"


def test_check_in_log_proposes_excused_for_an_accepted_absence(cast: Cast, as_: SignIn) -> None:
    AbsenceFactory.create(
        enrolment=cast.enrolment("ana"),
        starts_on=date(2026, 9, 14),
        ends_on=date(2026, 9, 18),
        accepted_by=cast.marta,
    )
    fields = opened(as_("marta"), cast)
    assert [fields[row(cast, name, "attendance")] for name in ("ana", "bruno")] == ["excused", "present"]


def test_check_in_log_names_the_readers_of_the_private_note(cast: Cast, as_: SignIn) -> None:
    MentorshipFactory.create(group=cast.clover, person=cast.tomas, role="co-mentor")
    cast.course.admins.create(person=UserFactory.create(name="Rui Melo"))
    page = as_("marta").get(url_of(cast)).text
    assert "Marta, Tomás, Inês and Rui read this</span>" in page


def test_check_in_log_shows_the_steps_that_were_agreed(cast: Cast, as_: SignIn) -> None:
    before = CheckInFactory.create(group=cast.clover, logged_at=timezone.now() - timedelta(days=7))
    step = {"group": cast.clover, "check_in": before, "enrolment": cast.enrolment("ana")}
    closed = {"state": "done", "closed_by": cast.person("ana")}
    still_open = AgreedStepFactory.create(**step)
    ticked = AgreedStepFactory.create(**step, **closed, closed_at=timezone.now() - timedelta(days=1))
    AgreedStepFactory.create(**step, **closed, closed_at=timezone.now() - timedelta(days=8))
    of_group = AgreedStepFactory.create(group=cast.clover, check_in=before)
    AgreedStepFactory.create(group=cast.juniper, enrolment=cast.enrolment("dalia"))
    later = CheckInFactory.create(group=cast.clover, week_starts_on=date(2026, 9, 21))
    AgreedStepFactory.create(**{**step, "check_in": later})
    fields = opened(as_("marta"), cast)
    assert {name: value for name, value in fields.items() if name.startswith("s") and "-" in name} == {
        f"s{still_open.pk}-was": "open",
        f"s{ticked.pk}-was": "done",
        f"s{ticked.pk}-done": "on",
        f"s{of_group.pk}-was": "open",
    }


def test_check_in_log_brings_the_steps_of_who_moved_here(cast: Cast, as_: SignIn) -> None:
    step = AgreedStepFactory.create(group=cast.juniper, enrolment=cast.enrolment("dalia"))
    Membership.objects.filter(pk=cast.dalia.pk).update(ended_on=date(2026, 9, 15), end_reason="moved")
    MembershipFactory.create(
        group=cast.clover, enrolment=cast.enrolment("dalia"), started_on=date(2026, 9, 15)
    )
    assert f"s{step.pk}-was" in opened(as_("marta"), cast)


# Weeks that cannot be logged


def test_check_in_log_of_a_future_week_is_not_there(cast: Cast, as_: SignIn) -> None:
    assert as_("marta").get(url_of(cast, "2026-W39")).status_code == 404


@pytest.mark.parametrize("week", ["2026-W54", "2026-38", "now-W38", "0000-W01"])
def test_check_in_log_of_no_week_is_not_there(cast: Cast, as_: SignIn, week: str) -> None:
    assert as_("marta").get(url_of(cast, week)).status_code == 404


def test_check_in_log_before_the_cohort_began_is_refused_with_words(cast: Cast, as_: SignIn) -> None:
    for response in (as_("marta").get(url_of(cast, "2026-W35")), log(as_("marta"), cast, {}, "2026-W35")):
        assert response.status_code == 409
        assert "Autumn 2026 begins on Monday 31 August 2026." in response.text
    assert not CheckIn.objects.exists()


def test_check_in_log_before_the_group_began_is_refused_with_words(cast: Cast, as_: SignIn) -> None:
    cast.clover.memberships.update(started_on=date(2026, 9, 7))
    response = as_("marta").get(url_of(cast, "2026-W36"))
    assert response.status_code == 409
    assert "No one was in Clover in the week of Mon 31 August to Sun 6 September" in response.text


def test_check_in_log_after_the_cohort_was_closed_is_refused_with_words(cast: Cast, as_: SignIn) -> None:
    cast.cohort.closed_on = date(2026, 9, 14)
    cast.cohort.save()
    assert as_("marta").get(url_of(cast)).status_code == 409
    assert as_("marta").get(url_of(cast, LAST_WEEK)).status_code == 200


def test_check_in_now_leads_to_this_week_of_the_cohort(cast: Cast, as_: SignIn) -> None:
    response = as_("marta").get(reverse("tracker:check-in-now", args=[cast.clover.pk]))
    assert response["Location"] == url_of(cast)


# Saving


def test_check_in_log_saves_what_was_shown_and_typed(cast: Cast, as_: SignIn) -> None:
    marta = as_("marta")
    fields = opened(marta, cast) | {
        "summary": "Attention once more.",
        "private_note": "Bruno looks tired.",
        "request": "A room, please.",
        row(cast, "ana", "note"): "She has it now.",
        row(cast, "bruno", "attendance"): "absent",
        row(cast, "bruno", "note"): "No laptop",
        next_step(cast, "ana"): "Read about chunking",
        "group-text": "Choose a dataset",
        "q0-title": "Which chunk size?",
        "q0-enrolment": str(cast.enrolment("chidi").pk),
    }
    response = log(marta, cast, fields)
    assert response["Location"] == f"{reverse('tracker:my-groups')}#group-{cast.clover.pk}"
    (message,) = get_messages(response.wsgi_request)
    assert str(message).startswith("Clover’s check-in is saved. ")
    check_in = CheckIn.objects.get()
    assert (check_in.outcome, check_in.held_on, check_in.minutes, check_in.version) == (
        "held",
        date(2026, 9, 16),
        30,
        1,
    )
    assert (check_in.summary, check_in.private_note, check_in.request) == (
        "Attention once more.",
        "Bruno looks tired.",
        "A room, please.",
    )
    assert (check_in.logged_by, check_in.logged_as) == (cast.marta, "mentor")
    assert entries(check_in) == {
        ("Ana Ruivo", "present", "She has it now."),
        ("Bruno Sá", "absent", "No laptop"),
        ("Chidi Okafor", "present", ""),
    }
    assert set(check_in.agreed_steps.values_list("text", "enrolment__person__name", "due_on")) == {
        ("Read about chunking", "Ana Ruivo", date(2026, 9, 23)),
        ("Choose a dataset", None, date(2026, 9, 23)),
    }
    question = Question.objects.get()
    assert (question.title, question.asked_by.name, question.milestone) == (
        "Which chunk size?",
        "Chidi Okafor",
        cast.milestones[2],
    )
    assert list(question.asks.values_list("enrolment__person__name", flat=True)) == ["Chidi Okafor"]


def test_check_in_log_ticks_the_steps(cast: Cast, as_: SignIn) -> None:
    marta = as_("marta")
    done, dropped, carried, ticked, unticked = (
        AgreedStepFactory.create(group=cast.clover, enrolment=cast.enrolment("ana")) for _ in range(5)
    )
    closed = {"closed_at": timezone.now(), "closed_by": cast.person("ana")}
    AgreedStep.objects.filter(pk__in=[ticked.pk, unticked.pk]).update(state="done", **closed)
    AgreedStep.objects.filter(pk=dropped.pk).update(state="dropped", **closed)
    fields = opened(marta, cast)
    del fields[f"s{unticked.pk}-done"]
    log(marta, cast, fields | {f"s{done.pk}-done": "on"})
    assert set(AgreedStep.objects.values_list("pk", "state", "closed_by__name")) == {
        (done.pk, "done", "Marta Pires"),
        (dropped.pk, "dropped", "Ana Ruivo"),
        (carried.pk, "open", None),
        (ticked.pk, "done", "Ana Ruivo"),
        (unticked.pk, "open", None),
    }


def test_check_in_log_leaves_a_step_that_was_ticked_off_meanwhile(cast: Cast, as_: SignIn) -> None:
    marta = as_("marta")
    step = AgreedStepFactory.create(group=cast.clover, enrolment=cast.enrolment("ana"))
    fields = opened(marta, cast)
    as_("ana").post(reverse("tracker:step-close", args=[step.pk]), {"state": "done"})
    log(marta, cast, fields)
    step.refresh_from_db()
    assert (step.state, step.closed_by) == ("done", cast.person("ana"))


@pytest.mark.parametrize("role", ["cover", "co-mentor"])
def test_check_in_log_keeps_the_role_of_who_logs_it(cast: Cast, as_: SignIn, role: str) -> None:
    MentorshipFactory.create(group=cast.clover, person=cast.tomas, role=role)
    tomas = as_("tomas")
    log(tomas, cast, opened(tomas, cast))
    assert CheckIn.objects.values_list("logged_as", "logged_by__name").get() == (role, "Tomás Reis")


def test_check_in_log_by_a_course_admin_leads_to_what_was_logged(cast: Cast, as_: SignIn) -> None:
    ines = as_("ines")
    response = log(ines, cast, opened(ines, cast))
    check_in = CheckIn.objects.get()
    assert check_in.logged_as == ""
    assert response["Location"] == check_in.get_absolute_url()


@pytest.mark.parametrize("outcome", ["group_absent", "cancelled", "moved"])
def test_check_in_log_of_another_outcome_needs_and_keeps_no_rows(
    cast: Cast, as_: SignIn, outcome: str
) -> None:
    marta = as_("marta")
    step = AgreedStepFactory.create(group=cast.clover)
    fields = opened(marta, cast) | {
        "outcome": outcome,
        "held_on": "",
        "minutes": "",
        "private_note": "Nobody came.",
        row(cast, "ana", "attendance"): "sleeping",
        next_step(cast, "ana"): "Read",
        f"s{step.pk}-done": "on",
    }
    assert log(marta, cast, fields).status_code == 302
    check_in = CheckIn.objects.get()
    assert (check_in.outcome, check_in.held_on, check_in.minutes) == (outcome, None, None)
    assert check_in.private_note == "Nobody came."
    assert entries(check_in) == set()
    assert list(AgreedStep.objects.values_list("pk", "state")) == [(step.pk, "open")]


def test_check_in_log_of_a_moved_one_keeps_to_when(cast: Cast, as_: SignIn) -> None:
    marta = as_("marta")
    moved = {"outcome": "moved", "moved_to": "2026-09-22", "held_at": "17:30"}
    log(marta, cast, opened(marta, cast) | moved)
    assert CheckIn.objects.values_list("outcome", "held_on", "held_at", "minutes").get() == (
        "moved",
        date(2026, 9, 22),
        time(17, 30),
        None,
    )
    fields = opened(marta, cast)
    assert fields | moved == fields
    # Until its new day it can only be held instead, and on that day it is proposed, though in another week.
    assert (fields["held_on"], fields["minutes"]) == ("", "")
    held = fields | {"outcome": "held", "held_on": "2026-09-16", "minutes": "30"}
    held |= {row(cast, name, "attendance"): "present" for name in ("ana", "bruno", "chidi")}
    assert log(marta, cast, held | {"is_besides": "True"}).status_code == 422
    with time_machine.travel(NOW + timedelta(days=6, hours=8), tick=False):
        on_the_day = opened(marta, cast)
        assert (on_the_day["held_on"], on_the_day["outcome"]) == ("2026-09-22", "moved")
        assert log(marta, cast, on_the_day | {"outcome": "held"}).status_code == 302
    # The new time goes.
    assert CheckIn.objects.values_list("held_on", "held_at").get() == (date(2026, 9, 22), None)


def test_check_in_log_of_a_cancelled_one_keeps_neither_day_nor_minutes(cast: Cast, as_: SignIn) -> None:
    marta = as_("marta")
    log(marta, cast, opened(marta, cast) | {"outcome": "cancelled"})
    assert CheckIn.objects.values_list("held_on", "minutes").get() == (None, None)


def test_check_in_log_again_changes_it_and_adds_nothing_twice(cast: Cast, as_: SignIn) -> None:
    marta = as_("marta")
    first = opened(marta, cast) | {
        next_step(cast, "ana"): "Read about chunking",
        "q0-title": "Which chunk size?",
    }
    log(marta, cast, first)
    fields = opened(marta, cast)
    assert (fields["version"], fields["q0-title"], fields[next_step(cast, "ana")]) == ("1", "", "")
    log(marta, cast, fields | {row(cast, "ana", "note"): "Better", "group-text": "Choose a dataset"})
    check_in = CheckIn.objects.get()
    assert (check_in.version, check_in.changed_by) == (2, cast.marta)
    assert ("Ana Ruivo", "present", "Better") in entries(check_in)
    assert set(check_in.agreed_steps.values_list("text", flat=True)) == {
        "Read about chunking",
        "Choose a dataset",
    }
    assert Question.objects.count() == 1
    assert Ask.objects.count() == 1


def test_check_in_log_leaves_an_entry_that_says_the_same(cast: Cast, as_: SignIn) -> None:
    marta = as_("marta")
    log(marta, cast, opened(marta, cast) | {row(cast, "ana", "note"): "Two\r\nlines"})
    log(marta, cast, opened(marta, cast) | {row(cast, "bruno", "note"): "Better"})
    assert set(CheckInEntry.history.values_list("enrolment__person__name", "history_type", "note")) == {
        ("Ana Ruivo", "+", "Two\r\nlines"),
        ("Bruno Sá", "+", ""),
        ("Bruno Sá", "~", "Better"),
        ("Chidi Okafor", "+", ""),
    }


def test_check_in_log_sent_twice_adds_nothing_twice(cast: Cast, as_: SignIn) -> None:
    marta = as_("marta")
    fields = opened(marta, cast) | {
        next_step(cast, "ana"): "Read about chunking",
        "q0-title": "Which chunk size?",
    }
    for _ in range(2):
        assert log(marta, cast, fields).status_code == 302
    assert (CheckIn.objects.count(), AgreedStep.objects.count(), Ask.objects.count()) == (1, 1, 1)


def test_check_in_log_from_held_to_cancelled_takes_the_entries_away(cast: Cast, as_: SignIn) -> None:
    marta = as_("marta")
    log(marta, cast, opened(marta, cast))
    log(marta, cast, opened(marta, cast) | {"outcome": "cancelled"})
    check_in = CheckIn.objects.get()
    assert (check_in.outcome, entries(check_in)) == ("cancelled", set())
    assert set(CheckInEntry.history.values_list("history_type", "history_user__name")) == {
        ("+", "Marta Pires"),
        ("-", "Marta Pires"),
    }


def test_check_in_log_counts_what_was_asked_again(cast: Cast, as_: SignIn) -> None:
    marta = as_("marta")
    question = QuestionFactory.create(membership=cast.ana, title="Why divide by the square root?")
    log(
        marta,
        cast,
        opened(marta, cast)
        | {
            "q0-title": "Why divide by the root",
            "q0-again": str(question.pk),
            "q0-enrolment": str(cast.enrolment("chidi").pk),
        },
    )
    assert list(Question.objects.all()) == [question]
    assert set(question.asks.values_list("enrolment__person__name", flat=True)) == {
        "Ana Ruivo",
        "Chidi Okafor",
    }


# Marks


def state(cast: Cast, name: str, field: str = "state") -> str:
    return f"p{cast.enrolment(name).pk}-{field}"


def marks() -> set[tuple[str, str, str, str]]:
    rows = Progress.objects.values_list(
        "enrolment__person__name", "milestone__title", "state", "changed_by__name"
    )
    return set(rows)


def test_check_in_log_marks_what_was_chosen_and_nothing_else(cast: Cast, as_: SignIn) -> None:
    basics, prompts = cast.milestones[:2]
    for name, milestone, of in (
        ("ana", basics, "done"),
        ("ana", prompts, "working"),
        ("bruno", basics, "need_help"),
    ):
        own = {"enrolment": cast.enrolment(name), "by": cast.person(name), "at": timezone.now()}
        mark(**own, milestone=milestone, state=of)
    marta = as_("marta")
    fields = opened(marta, cast)
    assert [
        (fields[state(cast, name, "milestone")], fields[state(cast, name)])
        for name in ("ana", "bruno", "chidi")
    ] == [(str(prompts.pk), "working"), (str(basics.pk), "need_help"), (str(basics.pk), "not_started")]
    # Still: nothing is written.
    log(marta, cast, fields)
    before = {
        ("Ana Ruivo", "LLM basics", "done", "Ana Ruivo"),
        ("Ana Ruivo", "Prompt engineering", "working", "Ana Ruivo"),
        ("Bruno Sá", "LLM basics", "need_help", "Bruno Sá"),
    }
    assert marks() == before
    # Sorted out, and done.
    log(marta, cast, opened(marta, cast) | {state(cast, "bruno"): "working", state(cast, "ana"): "done"})
    assert marks() == {
        ("Ana Ruivo", "LLM basics", "done", "Ana Ruivo"),
        ("Ana Ruivo", "Prompt engineering", "done", "Marta Pires"),
        ("Bruno Sá", "LLM basics", "working", "Marta Pires"),
    }
    assert Event.objects.filter(kind="help_settled").count() == 1


def test_check_in_log_marks_over_nothing_that_was_marked_meanwhile(cast: Cast, as_: SignIn) -> None:
    marta, ana = as_("marta"), cast.enrolment("ana")
    fields = opened(marta, cast) | {state(cast, "ana"): "working", row(cast, "ana", "note"): "She began"}
    ProgressFactory.create(
        enrolment=ana, milestone=cast.milestones[0], state="done", changed_by=cast.person("ana")
    )
    response = log(marta, cast, fields)
    assert response.context["page"].forms.errors == ["This was changed to “Done”: choose again."]
    again = fields_of(response.text, "check-in")
    assert (again[state(cast, "ana")], again[row(cast, "ana", "note")]) == ("done", "She began")
    assert log(marta, cast, again).status_code == 302
    assert marks() == {("Ana Ruivo", "LLM basics", "done", "Ana Ruivo")}
    # The same mark is none.
    fields |= {"version": "1"}
    assert log(marta, cast, fields | {state(cast, "ana"): "done"}).status_code == 302
    assert marks() == {("Ana Ruivo", "LLM basics", "done", "Ana Ruivo")}


def test_check_in_log_of_who_is_done_or_has_left_has_no_state(cast: Cast, as_: SignIn) -> None:
    for milestone in cast.milestones:
        ProgressFactory.create(enrolment=cast.enrolment("ana"), milestone=milestone)
    Group.objects.filter(pk=cast.clover.pk).update(meeting="Mondays 18:00")
    Membership.objects.filter(pk=cast.bruno.pk).update(ended_on=date(2026, 9, 15), end_reason="moved")
    marta = as_("marta")
    response = marta.get(url_of(cast))
    fields = fields_of(response.text, "check-in")
    assert {name for name in ("ana", "bruno", "chidi") if state(cast, name) in fields} == {"chidi"}
    assert "All milestones done" in response.text
    assert "Has left" in response.text
    assert log(marta, cast, fields).status_code == 302


# Wrong input


WRONG = [
    ({"held_on": ""}, "Choose the day of the check-in."),
    ({"held_on": "2026-09-13"}, "Choose a day of this week, up to today."),
    ({"held_on": "2026-09-17"}, "Choose a day of this week, up to today."),
    ({"minutes": ""}, "Enter the minutes it took."),
    ({"minutes": "0"}, "Enter at least 1 minute."),
    ({"minutes": "-5"}, "Enter at least 1 minute."),
    ({"minutes": "1441"}, "Enter at most 1440 minutes."),
    ({"minutes": "thirty"}, "Enter a whole number."),
    ({"outcome": "moved", "moved_to": "2026-09-13"}, "Choose a day in this week or shortly after."),
    ({"outcome": "moved", "moved_to": "2027-01-01"}, "Choose a day in this week or shortly after."),
    ({"outcome": "moved", "moved_to": "", "held_at": "17:30"}, "Choose the day, too."),
    ({"outcome": "slept"}, "Select a valid choice."),
    ({"q0-title": "Why?", "q0-milestone": "0"}, "Select a valid choice."),
    ({"q0-title": "Why?", "q0-again": "999999"}, "That question no longer exists."),
    ({"q0-title": "x" * 301}, "Ensure this value has at most 300 characters"),
    ({"summary": "x" * 10_001}, "Ensure this value has at most 10000 characters"),
]
# A choice that is none is not chosen again, and a question that is gone is not offered again.
NOT_KEPT = ("outcome", "held_on", "q0-milestone", "q0-again")


def test_check_in_log_says_what_is_wrong_and_keeps_what_was_typed(cast: Cast, as_: SignIn) -> None:
    marta = as_("marta")
    fields = opened(marta, cast)
    for wrong, words in WRONG:
        typed = {"private_note": "Bruno looks tired.", **wrong}
        response = log(marta, cast, fields | typed)
        assert (response.status_code, words in response.text) == (422, True), wrong
        again = fields_of(response.text, "check-in")
        kept = {name: value for name, value in typed.items() if name not in NOT_KEPT}
        assert {name: again.get(name) for name in kept} == kept
    assert not CheckIn.objects.exists()


@pytest.mark.parametrize("minutes", [1, 1440])
def test_check_in_log_takes_minutes_at_both_ends(cast: Cast, as_: SignIn, minutes: int) -> None:
    marta = as_("marta")
    assert log(marta, cast, opened(marta, cast) | {"minutes": str(minutes)}).status_code == 302
    assert CheckIn.objects.get().minutes == minutes


def test_check_in_log_says_what_is_wrong_of_a_student_by_name(cast: Cast, as_: SignIn) -> None:
    marta = as_("marta")
    fields = opened(marta, cast)
    del fields[row(cast, "ana", "attendance")]
    response = log(marta, cast, fields | {next_step(cast, "bruno"): "x" * 301})
    assert response.context["page"].forms.errors == [
        "Choose whether Ana Ruivo was there.",
        "Ensure this value has at most 300 characters (it has 301).",
    ]
    assert "Bruno Sá: next step" in response.text


def test_check_in_log_ignores_students_of_other_groups(cast: Cast, as_: SignIn) -> None:
    marta = as_("marta")
    dalia, step = cast.enrolment("dalia"), AgreedStepFactory.create(group=cast.juniper)
    extra = {
        f"e{dalia.pk}-attendance": "absent",
        f"n{dalia.pk}-text": "Read",
        "e999999-attendance": "absent",
        f"s{step.pk}-done": "on",
        f"s{step.pk}-was": "open",
    }
    assert log(marta, cast, opened(marta, cast) | extra).status_code == 302
    assert {name for name, *_ in entries(CheckIn.objects.get())} == {"Ana Ruivo", "Bruno Sá", "Chidi Okafor"}
    assert list(AgreedStep.objects.values_list("pk", "state")) == [(step.pk, "open")]


def test_check_in_log_refuses_a_question_of_a_student_of_another_group(cast: Cast, as_: SignIn) -> None:
    marta = as_("marta")
    fields = opened(marta, cast) | {"q0-title": "Why?", "q0-enrolment": str(cast.enrolment("dalia").pk)}
    assert log(marta, cast, fields).status_code == 422
    assert not Question.objects.exists()


def test_check_in_log_refuses_to_count_a_question_that_the_mentor_does_not_see(
    cast: Cast, as_: SignIn
) -> None:
    marta = as_("marta")
    hidden = QuestionFactory.create(membership=cast.dalia, visibility="group")
    fields = opened(marta, cast) | {"q0-title": "Why?", "q0-again": str(hidden.pk)}
    assert log(marta, cast, fields).status_code == 422
    assert hidden.asks.count() == 1


def test_check_in_log_asks_about_who_joined_while_it_was_open(cast: Cast, as_: SignIn) -> None:
    marta = as_("marta")
    fields = opened(marta, cast)
    MembershipFactory.create(
        group=cast.clover, person=UserFactory.create(name="Gita Rao"), started_on=date(2026, 9, 16)
    )
    response = log(marta, cast, fields)
    assert response.context["page"].forms.errors == ["Choose whether Gita Rao was there."]


def test_check_in_log_keeps_an_entry_of_who_was_no_member_after_all(cast: Cast, as_: SignIn) -> None:
    marta = as_("marta")
    log(marta, cast, opened(marta, cast) | {row(cast, "bruno", "note"): "Was here"})
    Membership.objects.filter(pk=cast.bruno.pk).update(ended_on=date(2026, 9, 10), end_reason="moved")
    fields = opened(marta, cast)
    assert fields[row(cast, "bruno", "note")] == "Was here"
    log(marta, cast, fields | {"minutes": "45"})
    assert {name for name, *_ in entries(CheckIn.objects.get())} == {"Ana Ruivo", "Bruno Sá", "Chidi Okafor"}


def test_check_in_log_saves_nothing_and_says_why_when_a_question_is_refused(
    cast: Cast, as_: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**said: Any) -> None:
        raise Refused("That question went away this very moment.")

    monkeypatch.setattr("tracker.actions.check_ins.log_questions", refuse)
    marta = as_("marta")
    fields = opened(marta, cast) | {"summary": "Attention once more.", "q0-title": "Why?"}
    response = log(marta, cast, fields)
    assert response.status_code == 422
    assert "That question went away this very moment." in response.text
    assert fields_of(response.text, "check-in")["summary"] == "Attention once more."
    assert not CheckIn.objects.exists()


# Lines for questions


def test_check_in_log_adds_a_line_and_keeps_everything(cast: Cast, as_: SignIn) -> None:
    marta = as_("marta")
    typed = opened(marta, cast) | {
        "minutes": "no idea",
        "private_note": "Bruno looks tired.",
        next_step(cast, "ana"): "Read",
        "q0-title": "Which chunk size?",
        "q0-milestone": str(cast.milestones[0].pk),
        "q0-enrolment": str(cast.enrolment("ana").pk),
    }
    response = log(marta, cast, typed | {"add-line": "1"})
    assert response.status_code == 200
    assert fields_of(response.text, "check-in") == typed | {
        "q1-title": "",
        "q1-milestone": str(cast.milestones[2].pk),
        "q1-enrolment": "",
    }
    assert not CheckIn.objects.exists()


def test_check_in_log_offers_similar_questions_when_shown_again(cast: Cast, as_: SignIn) -> None:
    asked = ask(
        group=cast.clover,
        by=cast.person("ana"),
        at=timezone.now(),
        title="Why divide by the square root of the key size?",
    )
    marta = as_("marta")
    response = log(
        marta, cast, opened(marta, cast) | {"q0-title": "Why divide by the square root", "add-line": "1"}
    )
    assert f'name="q0-again" value="{asked.pk}"' in response.text
    assert "open, asked once" in response.text


def test_check_in_log_shows_twenty_lines_at_most(cast: Cast, as_: SignIn) -> None:
    marta = as_("marta")
    lines = {f"q{number}-title": f"Question {number}" for number in range(25)}
    response = log(marta, cast, opened(marta, cast) | lines | {"add-line": "1"})
    shown = fields_of(response.text, "check-in")
    assert {name for name in shown if name.endswith("-title")} == {f"q{number}-title" for number in range(20)}


# Two people


def saved_by_tomas(cast: Cast, **changes: Any) -> CheckIn:
    check_in = CheckInFactory.create(
        group=cast.clover,
        week_starts_on=date(2026, 9, 14),
        held_on=date(2026, 9, 15),
        minutes=45,
        logged_by=cast.tomas,
        changed_by=cast.tomas,
        changed_at=datetime(2026, 9, 16, 9, 30, tzinfo=UTC),
        summary="Tomás was here.",
        **changes,
    )
    for name in ("ana", "bruno", "chidi"):
        CheckInEntryFactory.create(check_in=check_in, enrolment=cast.enrolment(name))
    return check_in


def test_check_in_log_shows_both_versions_to_the_second(cast: Cast, as_: SignIn) -> None:
    marta = as_("marta")
    fields = opened(marta, cast) | {
        "summary": "Marta was here.",
        row(cast, "ana", "note"): "She has it now.",
        next_step(cast, "ana"): "Read",
        "q0-title": "Why?",
    }
    saved_by_tomas(cast)
    response = log(marta, cast, fields)
    assert response.status_code == 409
    conflict = response.context["page"].forms.conflict
    assert conflict.by == cast.tomas
    assert {(field.label, field.theirs, field.yours) for field in conflict.fields} == {
        ("Day", "15 September 2026", "16 September 2026"),
        ("Minutes", "45", "30"),
        ("What we talked about", "Tomás was here.", "Marta was here."),
        ("Ana Ruivo: note", "—", "She has it now."),
    }
    # In the time of the cohort, an hour before that of the server.
    assert "at 10:30" in response.text
    again = fields_of(response.text, "check-in")
    assert again == fields | {
        "version": "1",
        "q1-title": "",
        "q1-milestone": fields["q0-milestone"],
        "q1-enrolment": "",
    }
    assert CheckIn.objects.get().summary == "Tomás was here."
    assert (AgreedStep.objects.count(), Question.objects.count()) == (0, 0)

    assert log(marta, cast, again).status_code == 302
    check_in = CheckIn.objects.get()
    assert (check_in.summary, check_in.version, check_in.logged_by) == ("Marta was here.", 2, cast.tomas)
    assert (AgreedStep.objects.count(), Question.objects.count()) == (1, 1)


def test_check_in_log_takes_over_what_only_the_other_wrote(cast: Cast, as_: SignIn) -> None:
    marta, ines = as_("marta"), as_("ines")
    # Of a new check-in, then of one that is logged.
    for number in (1, 2):
        fields = opened(marta, cast)
        theirs = {row(cast, "bruno", "note"): f"Stuck {number}", "private_note": f"Tired {number}"}
        with time_machine.travel(NOW + timedelta(minutes=number), tick=False):
            assert log(ines, cast, fields | theirs).status_code == 302
        mine = {"summary": f"Marta was here {number}", row(cast, "ana", "note"): f"She has it {number}"}
        response = log(marta, cast, fields | mine)
        assert response.status_code == 409
        assert {
            field.label for field in response.context["page"].forms.conflict.fields if field.is_theirs
        } == {"Bruno Sá: note", "Private note"}
        again = fields_of(response.text, "check-in")
        assert {name: again[name] for name in theirs | mine} == theirs | mine
        with time_machine.travel(NOW + timedelta(minutes=number), tick=False):
            assert log(marta, cast, again).status_code == 302
        check_in = CheckIn.objects.get()
        assert (check_in.summary, check_in.private_note) == (mine["summary"], theirs["private_note"])
        notes = dict(check_in.entries.values_list("enrolment__person__name", "note"))
        assert (notes["Ana Ruivo"], notes["Bruno Sá"]) == (f"She has it {number}", f"Stuck {number}")


def test_check_in_log_takes_nothing_over_where_the_outcomes_differ(cast: Cast, as_: SignIn) -> None:
    marta = as_("marta")
    fields = opened(marta, cast) | {row(cast, "ana", "note"): "She has it now."}
    check_in = saved_by_tomas(cast)
    check_in.entries.all().delete()
    CheckIn.objects.update(outcome="cancelled", held_on=None, minutes=None)
    response = log(marta, cast, fields)
    assert response.status_code == 409
    assert not any(field.is_theirs for field in response.context["page"].forms.conflict.fields)
    assert fields_of(response.text, "check-in")["outcome"] == "held"


def test_check_in_log_tells_a_conflict_over_an_entry_alone(cast: Cast, as_: SignIn) -> None:
    marta = as_("marta")
    check_in = saved_by_tomas(cast)
    fields = opened(marta, cast)
    check_in.entries.filter(enrolment=cast.enrolment("bruno")).update(attendance="absent")
    check_in.version = 2
    check_in.save()
    response = log(marta, cast, fields)
    assert [
        (field.label, field.theirs, field.yours) for field in response.context["page"].forms.conflict.fields
    ] == [("Bruno Sá: attendance", "Absent", "Present")]
    assert response.context["page"].is_somebody_missing


def test_check_in_log_is_no_conflict_when_both_said_the_same(cast: Cast, as_: SignIn) -> None:
    marta = as_("marta")
    check_in = saved_by_tomas(cast)
    fields = opened(marta, cast)
    check_in.version = 2
    check_in.save()
    assert log(marta, cast, fields | {"q0-title": "Why?"}).status_code == 302
    assert Question.objects.count() == 1


# Rights


def test_check_in_log_is_not_for_a_mentor_whose_time_is_over(cast: Cast, as_: SignIn) -> None:
    Mentorship.objects.filter(person=cast.marta).update(ended_on=date(2026, 9, 16))
    assert as_("marta").get(url_of(cast)).status_code == 403


# Costs


def members(cast: Cast, count: int) -> None:
    for name in ("ana", "bruno", "chidi")[count:]:
        Membership.objects.filter(pk=getattr(cast, name).pk).update(
            ended_on=date(2026, 9, 7), end_reason="dropped"
        )


@pytest.mark.parametrize("count", [1, 3])
def test_check_in_log_takes_constant_queries_to_show(
    cast: Cast, as_: SignIn, count: int, django_assert_num_queries: Any
) -> None:
    members(cast, count)
    before = CheckInFactory.create(group=cast.clover)
    for name in ("ana", "bruno", "chidi")[:count]:
        AgreedStepFactory.create(group=cast.clover, check_in=before, enrolment=cast.enrolment(name))
        CheckInEntryFactory.create(check_in=before, enrolment=cast.enrolment(name))
        ProgressFactory.create(
            enrolment=cast.enrolment(name), milestone=cast.milestones[0], state="need_help"
        )
    marta = as_("marta")
    with django_assert_num_queries(22):
        marta.get(url_of(cast))


@pytest.mark.parametrize("count", [1, 3])
def test_check_in_log_takes_constant_queries_to_show_again_what_was_logged(
    cast: Cast, as_: SignIn, count: int, django_assert_num_queries: Any
) -> None:
    members(cast, count)
    marta = as_("marta")
    log(marta, cast, opened(marta, cast))
    with django_assert_num_queries(22):
        marta.get(url_of(cast))


@pytest.mark.parametrize("count", [1, 3])
def test_check_in_log_takes_constant_queries_to_save(
    cast: Cast, as_: SignIn, count: int, django_assert_num_queries: Any
) -> None:
    members(cast, count)
    marta = as_("marta")
    steps = [
        AgreedStepFactory.create(group=cast.clover, enrolment=cast.enrolment(name))
        for name in ("ana", "bruno", "chidi")[:count]
    ]
    fields = opened(marta, cast) | {"private_note": "Bruno looks tired."}
    for number, name in enumerate(("ana", "bruno", "chidi")[:count]):
        fields |= {
            row(cast, name, "note"): "A note",
            next_step(cast, name): "Read",
            f"s{steps[number].pk}-done": "on",
            f"q{number}-title": f"Question {number}?",
            f"q{number}-milestone": str(cast.milestones[0].pk),
            f"q{number}-enrolment": str(cast.enrolment(name).pk),
        }
    CheckInDraft.objects.create(
        group=cast.clover, week_starts_on=date(2026, 9, 14), person=cast.marta, saved_at=timezone.now()
    )
    # The limit of asks takes four the first time; two keep what undoing it needs.
    with django_assert_num_queries(34):
        response = log(marta, cast, fields)
    assert response.status_code == 302
    assert (CheckInEntry.objects.count(), Question.objects.count(), AgreedStep.objects.open().count()) == (
        count,
        count,
        count,
    )
