"""A student's note before a meeting, from their week to the check-in, the story and the board."""

import re
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from courses.models import Pause
from groups.models import Absence, Enrolment, Group, PlanItem
from lib.refusals import Refused
from people.actions.anonymise import anonymise
from tests.conftest import NOW, Cast, SignIn
from tests.factories.groups import AbsenceFactory
from tests.factories.tracker import CheckInFactory, MeetingNoteFactory
from tests.moving import end_enrolment, move_student, undo_move
from tests.racing import at_once
from tests.sent_form import fields_of
from tracker.actions.progress import mark
from tracker.models import CheckIn, MeetingItem, MeetingNote

THIS_WEEK, NEXT_WEEK = "2026-W38", "2026-W39"
STUCK = {"going": "stuck", "note": "The key does not work"}


@pytest.fixture(autouse=True)
def _asks(cast: Cast) -> None:
    cast.cohort.asks_before_meeting = True
    cast.cohort.save()


def week_of(client: Client, cast: Cast) -> str:
    response = client.get(reverse("tracker:week", args=[cast.clover.pk]))
    assert response.status_code == 200
    return response.text


def url_of(cast: Cast, week: str = THIS_WEEK) -> str:
    return reverse("tracker:meeting-note", args=[cast.clover.pk, week])


def bring(client: Client, cast: Cast, text: str, week: str = THIS_WEEK) -> None:
    client.post(reverse("tracker:meeting-item-add", args=[cast.clover.pk, week]), {"text": text})


def check_in(client: Client, cast: Cast, fields: dict[str, Any] | None = None) -> str:
    url = reverse("tracker:check-in-log", args=[cast.clover.pk, THIS_WEEK])
    response = client.get(url) if fields is None else client.post(url, fields)
    assert response.status_code == 200
    return response.text


def test_nobody_is_asked_unless_the_cohort_asks(cast: Cast, as_: SignIn) -> None:
    cast.cohort.asks_before_meeting = False
    cast.cohort.save()
    assert "before-meeting" not in week_of(as_("ana"), cast)
    assert as_("ana").post(url_of(cast), STUCK).status_code == 404
    assert not MeetingNote.objects.exists()


def test_a_student_says_it_and_changes_it_from_two_devices(cast: Cast, as_: SignIn) -> None:
    html = week_of(as_("ana"), cast)
    assert "Marta and course admins read this" in " ".join(html.split())
    assert f'action="{url_of(cast)}#before-meeting"' in html
    sent = {**STUCK, "version": "0"}
    empty = as_("ana").post(url_of(cast), {**sent, "going": ""})
    assert empty.status_code == 422
    assert '<a href="#say-going">How is it going?</a>: Choose stuck, so-so or well.' in empty.text
    assert as_("ana").post(url_of(cast), sent).status_code == 302
    # The other device had the form open before.
    other = as_("ana").post(url_of(cast), {**sent, "going": "well"})
    assert other.status_code == 409
    assert "You saved this elsewhere while you were editing" in other.text
    assert "The key does not work" in other.text
    assert as_("ana").post(url_of(cast), {**sent, "going": "so_so", "version": "1"}).status_code == 302
    note = MeetingNote.objects.get()
    assert (note.enrolment, note.group, note.week.iso) == (cast.enrolment("ana"), cast.clover, THIS_WEEK)
    assert list(note.history.values_list("going", "history_user__name")) == [
        ("so_so", "Ana Ruivo"),
        ("stuck", "Ana Ruivo"),
    ]
    (said,) = re.findall(
        r'value="(\w+)"\s+id="say-going_\d" data-submit-on-change\s+checked', week_of(as_("ana"), cast)
    )
    assert said == "so_so"
    note.enrolment.refresh_from_db()
    assert note.enrolment.last_active_at == NOW


@pytest.mark.django_db(transaction=True)
def test_two_devices_at_once_make_one_note_and_one_item(cast: Cast, as_: SignIn) -> None:
    sent = {**STUCK, "version": "0"}
    devices = [(as_("ana"), sent), (as_("ana"), {**sent, "going": "well"})]
    answers = at_once(*(partial(client.post, url_of(cast), fields) for client, fields in devices))
    assert sorted(answer.status_code for answer in answers) == [302, 409]  # type: ignore[attr-defined]
    assert MeetingNote.objects.get().version == 1
    at_once(*(partial(bring, client, cast, "Which split?") for client, _ in devices))
    assert MeetingItem.objects.count() == 1


def meets(cast: Cast, text: str) -> None:
    Group.objects.filter(pk=cast.clover.pk).update(meeting=text)


def asks_beside(html: str) -> str:
    """The meeting beside which it asks how it is going; nothing where it does not ask."""
    (when,) = re.findall(r'<p class="when">(.*?)</p>', html, re.S)
    return " ".join(when.split()) if "How is it going?" in html else ""


def test_nobody_is_asked_when_nothing_is_expected(cast: Cast, as_: SignIn) -> None:
    ana = as_("ana")
    meets(cast, "Thursdays 17:00")
    absence = AbsenceFactory.create(
        enrolment=cast.enrolment("ana"), starts_on=NOW.date(), ends_on=NOW.date(), accepted_by=cast.marta
    )
    assert "before-meeting" not in week_of(ana, cast)
    # On the day of the meeting.
    Absence.objects.update(starts_on=date(2026, 9, 17), ends_on=date(2026, 9, 17))
    assert "before-meeting" not in week_of(ana, cast)
    absence.delete()
    assert asks_beside(week_of(ana, cast)) == "Tomorrow 17:00"
    # This week's meeting is over: the next is in a week off.
    logged = CheckInFactory.create(group=cast.clover, week_starts_on=date(2026, 9, 14), logged_by=cast.marta)
    off = Pause.objects.create(cohort=cast.cohort, starts_on=date(2026, 9, 21), ends_on=date(2026, 9, 27))
    assert "before-meeting" not in week_of(ana, cast)
    off.delete()
    html = week_of(ana, cast)
    assert asks_beside(html) == "24 Sep 17:00"
    assert url_of(cast, NEXT_WEEK) in html
    # A moved meeting is still to come, and its note stays for the week that it belongs to.
    CheckIn.objects.filter(pk=logged.pk).update(outcome="moved", held_on=date(2026, 9, 22))
    html = week_of(ana, cast)
    assert asks_beside(html) == "Tuesday, rescheduled"
    assert url_of(cast) in html
    assert ana.post(url_of(cast, "2026-W40"), STUCK).status_code == 404


def test_what_is_said_belongs_to_the_meeting_that_lies_ahead(cast: Cast, as_: SignIn) -> None:
    """On Monday they met, and nobody has logged it: it keeps what was said for it, and Wednesday asks for the next."""
    MeetingNoteFactory.create(
        enrolment=cast.enrolment("ana"), group=cast.clover, week_starts_on=date(2026, 9, 14), note="The key"
    )
    meets(cast, "Mondays 17:00")
    html = week_of(as_("ana"), cast)
    assert asks_beside(html) == "Monday 17:00"
    assert url_of(cast, NEXT_WEEK) in html
    assert "You said" not in html
    as_("ana").post(url_of(cast, NEXT_WEEK), {"going": "well", "note": "Solved"})
    assert set(MeetingNote.objects.values_list("week_starts_on", "going", "note")) == {
        (date(2026, 9, 14), "so_so", "The key"),
        (date(2026, 9, 21), "well", "Solved"),
    }
    of_this_week = check_in(as_("marta"), cast)
    assert "The key" in of_this_week
    assert "Solved" not in of_this_week


def test_group_that_has_not_said_when_it_meets_is_asked_until_its_check_in_is_logged(
    cast: Cast, as_: SignIn
) -> None:
    html = week_of(as_("ana"), cast)
    assert asks_beside(html) == "Not set yet"
    assert url_of(cast) in html
    CheckInFactory.create(group=cast.clover, week_starts_on=date(2026, 9, 14), logged_by=cast.marta)
    assert url_of(cast, NEXT_WEEK) in week_of(as_("ana"), cast)


def test_who_left_says_nothing_more(cast: Cast, as_: SignIn) -> None:
    end_enrolment(
        enrolment=cast.enrolment("ana"), on=date(2026, 9, 15), end_reason="dropped", by=cast.ines, at=NOW
    )
    assert as_("ana").post(url_of(cast), STUCK).status_code == 403
    cast.cohort.closed_on = date(2026, 9, 16)
    cast.cohort.save()
    bruno = as_("bruno").post(url_of(cast), STUCK, follow=True)
    assert "Not saved: you are no longer enrolled, or the cohort was closed." in bruno.text
    assert not MeetingNote.objects.exists()


def test_my_week_takes_two_queries_more(cast: Cast, as_: SignIn, django_assert_num_queries: Any) -> None:
    ana = as_("ana")
    ana.post(url_of(cast), STUCK)
    for text in ("One", "Two", "Three"):
        bring(ana, cast, text)
    week_of(ana, cast)
    with django_assert_num_queries(27):
        week_of(ana, cast)


def test_stuck_is_to_be_talked_about_until_it_is_ticked_or_the_student_is_well(
    cast: Cast, as_: SignIn, django_assert_num_queries: Any
) -> None:
    as_("ana").post(url_of(cast), STUCK)
    bring(as_("ana"), cast, "Which split?")
    MeetingNoteFactory.create(
        enrolment=cast.enrolment("bruno"), group=cast.clover, week_starts_on=date(2026, 9, 14), note="Slow"
    )
    marta, note = as_("marta"), MeetingNote.objects.get(going="stuck")
    url = reverse("tracker:check-in-log", args=[cast.clover.pk, THIS_WEEK])

    def talk(week: str = THIS_WEEK) -> list[tuple[str, bool]]:
        page = marta.get(reverse("tracker:check-in-log", args=[cast.clover.pk, week])).context["page"]
        return [(form.fields["done"].label, bool(form["done"].value())) for form in page.forms.items]

    stuck = "Stuck: “The key does not work”"
    assert talk() == [("Which split?", False), (stuck, False)]
    # What is no question for the meeting stands with the student.
    assert "So-so: “Slow”" in check_in(marta, cast)
    # One for what they said before, three more since it was "stuck", three for what they say and bring this week.
    with django_assert_num_queries(26):
        check_in(marta, cast)
    fields = fields_of(check_in(marta, cast), "check-in")
    marta.post(url, fields | {f"m{note.pk}-done": "on"})
    note.refresh_from_db()
    assert (note.state, note.closed_by, note.note) == ("done", cast.marta, "The key does not work")
    assert talk() == [("Which split?", False), (stuck, True)]
    with time_machine.travel(NOW + timedelta(days=7), tick=False):
        marta = as_("marta")
        assert talk(NEXT_WEEK) == [("Which split? (from last time)", False)]
    marta = as_("marta")
    marta.post(reverse("tracker:check-in-undo", args=[cast.clover.pk, THIS_WEEK]))
    note.refresh_from_db()
    assert (note.state, note.closed_at, note.closed_by) == ("open", None, None)
    # It comes once more, unless the student says that it goes well.
    with time_machine.travel(NOW + timedelta(days=7), tick=False):
        marta = as_("marta")
        assert talk(NEXT_WEEK)[1] == (f"{stuck} (from last time)", False)
        as_("ana").post(url_of(cast, NEXT_WEEK), STUCK | {"going": "well", "note": ""})
        assert talk(NEXT_WEEK) == [("Which split? (from last time)", False)]


def test_story_tells_what_was_said_but_not_to_who_studied_there_that_week(cast: Cast, as_: SignIn) -> None:
    ana = cast.enrolment("ana")
    MeetingNoteFactory.create(enrolment=ana, group=cast.clover, going="stuck", note="The key")
    story = reverse("tracker:student-detail", args=[ana.pk])
    cast.course.admins.create(person=cast.person("bruno"))
    for reader, reads in (("marta", True), ("ana", True), ("bruno", False)):
        html = " ".join(as_(reader).get(story).text.split())
        assert ("of the week of Mon 7 September: stuck" in html, "The key" in html) == (reads, reads)


def test_who_studied_there_from_tuesday_to_friday_reads_nothing(cast: Cast, as_: SignIn) -> None:
    MeetingNoteFactory.create(enrolment=cast.enrolment("ana"), group=cast.clover, note="The key")
    bruno = cast.bruno
    bruno.started_on, bruno.ended_on, bruno.end_reason = date(2026, 9, 8), date(2026, 9, 11), "moved"
    bruno.save()
    cast.course.admins.create(person=cast.person("bruno"))
    url = reverse("tracker:check-in-log", args=[cast.clover.pk, "2026-W37"])
    assert "The key" in as_("ines").get(url).text
    assert "The key" not in as_("bruno").get(url).text


def test_stuck_at_three_meetings_running_is_a_reason_to_watch(cast: Cast, as_: SignIn) -> None:
    Group.objects.filter(pk=cast.clover.pk).update(meeting="Tuesdays 18:00")
    for day in (date(2026, 8, 31), date(2026, 9, 7), date(2026, 9, 14)):
        MeetingNoteFactory.create(
            enrolment=cast.enrolment("ana"), group=cast.clover, week_starts_on=day, going="stuck"
        )
    reason = "“stuck” before 3 meetings in a row"
    board = as_("ines").get(reverse("tracker:board", args=[cast.cohort.pk])).context["board"]
    assert any(reason in student.row.in_full for student in board.students)
    opened = reverse("tracker:my-groups", query={"student": cast.enrolment("ana").pk})
    assert reason in as_("marta").get(opened).text
    assert reason not in week_of(as_("ana"), cast)
    MeetingNote.objects.filter(week_starts_on=date(2026, 9, 7)).update(going="so_so")
    assert reason not in as_("marta").get(opened).text


@pytest.mark.parametrize(
    ("meeting", "logged", "is_told"),
    [
        pytest.param("Tuesdays", {}, True, id="yesterday"),
        pytest.param("Wednesdays", {}, False, id="today"),
        pytest.param("Thursdays", {}, False, id="tomorrow"),
        pytest.param("no day", {}, False, id="some day of this week"),
        pytest.param("Thursdays", {"held_on": date(2026, 9, 15)}, True, id="held yesterday"),
        pytest.param("Thursdays", {"held_on": date(2026, 9, 15), "is_besides": True}, False, id="besides"),
        pytest.param("Tuesdays", {"outcome": "moved", "held_on": date(2026, 9, 18)}, False, id="moved"),
    ],
)
def test_stuck_is_in_no_alert_before_the_day_of_its_meeting_is_over(
    cast: Cast, as_: SignIn, meeting: str, logged: dict[str, Any], is_told: bool
) -> None:
    far_behind_and_stuck(cast, meeting)
    if logged:
        CheckInFactory.create(group=cast.clover, week_starts_on=date(2026, 9, 14), **logged)
    assert alerts_of(cast, as_) == dict.fromkeys(("board", "my groups", "history"), is_told)


def test_done_in_the_check_in_of_its_meeting_ends_stuck_until_it_is_undone(cast: Cast, as_: SignIn) -> None:
    chidi = far_behind_and_stuck(cast, "Tuesdays")
    done = {"enrolment": chidi, "milestone": cast.milestones[0], "by": cast.marta}
    mark(**done, state="done", at=NOW)
    assert alerts_of(cast, as_)["my groups"]
    CheckInFactory.create(group=cast.clover, week_starts_on=date(2026, 9, 14), held_on=date(2026, 9, 15))
    assert alerts_of(cast, as_)["my groups"]
    CheckIn.history.update(history_user=cast.marta)
    assert not any(alerts_of(cast, as_).values())
    mark(**done, state="working", at=NOW)
    assert all(alerts_of(cast, as_).values())


def test_well_before_the_next_meeting_ends_stuck(cast: Cast, as_: SignIn) -> None:
    far_behind_and_stuck(cast, "Tuesdays")
    as_("chidi").post(url_of(cast, NEXT_WEEK), {"going": "so_so", "note": "", "version": "0"})
    assert all(alerts_of(cast, as_).values())
    as_("chidi").post(url_of(cast, NEXT_WEEK), {"going": "well", "note": "", "version": "1"})
    assert not any(alerts_of(cast, as_).values())


def far_behind_and_stuck(cast: Cast, meeting: str) -> Enrolment:
    Group.objects.filter(pk=cast.clover.pk).update(meeting=meeting)
    chidi = cast.enrolment("chidi")
    for due_on, milestone in zip(
        (date(2026, 9, 2), date(2026, 9, 9), date(2026, 9, 10)), cast.milestones, strict=False
    ):
        PlanItem.objects.filter(group=cast.clover, milestone=milestone).update(due_on=due_on)
    MeetingNoteFactory.create(
        enrolment=chidi, group=cast.clover, week_starts_on=date(2026, 9, 14), going="stuck",
        changed_at=NOW - timedelta(days=2),
    )  # fmt: skip
    return chidi


def alerts_of(cast: Cast, as_: SignIn) -> dict[str, bool]:
    """Where somebody reads that Chidi is stuck."""
    chidi = cast.enrolment("chidi")
    board = as_("ines").get(reverse("tracker:board", args=[cast.cohort.pk])).context["board"]
    history = as_("marta").get(reverse("tracker:student-detail", args=[chidi.pk]))
    return {
        "board": any("said “stuck”" in student.row.in_full for student in board.students),
        "my groups": "behind and stuck" in as_("marta").get(reverse("tracker:my-groups")).text,
        "history": "aid “stuck” before the meeting" in history.text,
    }


def test_what_was_said_stays_with_the_group_that_one_leaves(cast: Cast, as_: SignIn) -> None:
    Group.objects.filter(pk=cast.clover.pk).update(meeting="Tuesdays 18:00")
    as_("ana").post(url_of(cast), STUCK)
    bring(as_("ana"), cast, "Which split?")
    ana = cast.enrolment("ana")
    moved = {"enrolment": ana, "reason": "", "by": cast.ines, "at": NOW}
    move = move_student(group=cast.juniper, on=date(2026, 9, 16), **moved)
    of_former_group = check_in(as_("marta"), cast)
    assert "The key does not work" in of_former_group
    assert "Which split?" not in of_former_group
    url = reverse("tracker:check-in-log", args=[cast.juniper.pk, THIS_WEEK])
    of_new_group = as_("tomas").get(url).text
    # Her items go along, as agreed steps do.
    assert "Which split?" in of_new_group
    assert "The key does not work" not in of_new_group
    said = reverse("tracker:meeting-note", args=[cast.juniper.pk, THIS_WEEK])
    assert as_("ana").post(said, {**STUCK, "note": ""}).status_code == 302
    assert set(MeetingNote.objects.values_list("group__name", "note")) == {
        ("Clover", "The key does not work"),
        ("Juniper", ""),
    }
    with pytest.raises(Refused):
        undo_move(move=move, by=cast.ines, at=NOW)


def test_the_story_has_words_for_next_week_on_the_day_when_they_were_said(cast: Cast, as_: SignIn) -> None:
    Group.objects.filter(pk=cast.clover.pk).update(meeting="Wednesdays 18:00")
    as_("ana").post(url_of(cast, NEXT_WEEK), STUCK)
    story = (
        as_("marta")
        .get(reverse("tracker:student-detail", args=[cast.enrolment("ana").pk]))
        .context["timeline"]
    )
    (entry,) = [event for week in story.weeks for event in week.events if event.is_said]
    assert (entry.lead, entry.what) == ("Before the meeting of Wed 23 September:", "stuck")


def test_words_go_with_the_name(cast: Cast, as_: SignIn) -> None:
    as_("ana").post(url_of(cast), STUCK)
    bring(as_("ana"), cast, "Which split?")
    anonymise(person=cast.person("ana"), at=datetime(2026, 9, 16, 11, tzinfo=UTC))
    for rows in (MeetingNote.objects.all(), MeetingNote.history.all()):
        assert set(rows.values_list("going", "note")) == {("stuck", "")}
    assert not MeetingItem.objects.exists()
