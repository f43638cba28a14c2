"""Undoing what was saved with a check-in: what nobody touched since goes, the rest stays and is named."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from courses.models import Course
from groups.actions.locking import locked_enrolments, locked_groups
from people.models import Event
from questions.actions import answer
from questions.models import Answer, Question
from tests.conftest import NOW, Cast, SignIn, make_cast
from tests.factories.tracker import AgreedStepFactory, ProgressFactory
from tests.mails import deliver
from tests.racing import held_up
from tests.sent_form import fields_of
from tracker.actions.progress import mark
from tracker.models import AgreedStep, CheckIn, CheckInDraft, Progress

WEEK = "2026-W38"


def url_of(cast: Cast, name: str) -> str:
    return reverse(f"tracker:{name}", args=[cast.clover.pk, WEEK])


def log(client: Client, cast: Cast, **typed: str) -> str:
    """Log with these fields over the proposed ones; return what is said."""
    fields = fields_of(client.get(url_of(cast, "check-in-log")).text, "check-in")
    response = client.post(url_of(cast, "check-in-log"), fields | typed, follow=True)
    assert response.status_code == 200
    return response.text


def undo(client: Client, cast: Cast) -> Any:
    return client.post(url_of(cast, "check-in-undo"), follow=True)


def test_undoing_a_check_in_undoes_what_nobody_touched_and_names_the_rest(cast: Cast, as_: SignIn) -> None:
    ana, bruno = cast.enrolment("ana"), cast.enrolment("bruno")
    before = AgreedStepFactory.create(group=cast.clover, enrolment=ana, text="Read", agreed_by=cast.marta)
    for enrolment in (ana, bruno):
        ProgressFactory.create(enrolment=enrolment, milestone=cast.milestones[0])
    marta = as_("marta")
    said = log(
        marta,
        cast,
        summary="We read",
        **{
            f"s{before.pk}-done": "on",
            f"n{ana.pk}-text": "Write",
            f"n{bruno.pk}-text": "Draw",
            "q0-title": "Why a mask?",
            "q1-title": "Why two?",
        },
    )
    assert url_of(cast, "check-in-undo") in said
    marked = Progress.objects.filter(changed_by=cast.marta).count()
    before.refresh_from_db()
    assert before.state == "done"
    # Meanwhile Bruno ticks his step.
    AgreedStep.objects.filter(text="Draw").update(state="done", closed_at=NOW, closed_by=bruno.person)
    page = undo(marta, cast)
    assert "is a draft again" in page.text
    assert "Changed since, so it stays: the step “Draw”: done." in page.text
    assert not CheckIn.objects.exists()
    assert set(AgreedStep.objects.values_list("text", "state", "check_in")) == {
        ("Read", "open", None),
        ("Draw", "done", None),
    }
    assert not Question.objects.exists()
    assert marked == Progress.objects.filter(changed_by=cast.marta).count() == 0
    assert CheckInDraft.objects.get().fields["summary"] == ["We read"]
    assert fields_of(page.text, "check-in")["summary"] == "We read"
    # It is told to nobody.
    assert not deliver()


def test_marks_are_undone_unless_the_student_marked_since(cast: Cast, as_: SignIn) -> None:
    marta, enrolments = as_("marta"), [cast.enrolment(name) for name in ("ana", "bruno")]
    fields = fields_of(marta.get(url_of(cast, "check-in-log")).text, "check-in")
    states = {f"p{enrolment.pk}-state": "working" for enrolment in enrolments}
    assert states.keys() <= fields.keys() | states.keys()
    log(marta, cast, **states)
    rows = Progress.objects.filter(state="working", changed_by=cast.marta)
    assert {row.enrolment for row in rows} == set(enrolments)
    milestone = rows[0].milestone
    with time_machine.travel(NOW + timedelta(minutes=5), tick=False):
        mark(
            enrolment=enrolments[0],
            milestone=milestone,
            state="done",
            by=enrolments[0].person,
            at=NOW + timedelta(minutes=5),
        )
        page = undo(marta, cast)
    assert f"Ana, {milestone}: done" in page.text
    assert set(Progress.objects.values_list("enrolment", "state")) == {
        (enrolments[0].pk, "done"),
        (enrolments[1].pk, "not_started"),
    }


def test_undoing_a_correction_restores_the_version_before(cast: Cast, as_: SignIn) -> None:
    marta, ana = as_("marta"), cast.enrolment("ana")
    log(marta, cast, summary="One", **{f"e{ana.pk}-note": "Well"})
    with time_machine.travel(NOW + timedelta(minutes=40), tick=False):
        log(marta, cast, summary="Two", **{f"e{ana.pk}-note": "Tired"})
        undo(marta, cast)
    check_in = CheckIn.objects.get()
    assert (check_in.summary, check_in.version) == ("One", 3)
    assert check_in.entries.get(enrolment=ana).note == "Well"
    assert CheckInDraft.objects.get().fields["summary"] == ["Two"]


def test_who_logged_it_undoes_it_for_half_an_hour_only(cast: Cast, as_: SignIn) -> None:
    log(as_("marta"), cast, summary="One")
    detail = url_of(cast, "check-in-detail")
    assert url_of(cast, "check-in-undo") not in as_("ines").get(detail).text
    assert "saved too long ago" in undo(as_("ines"), cast).text
    with time_machine.travel(NOW + timedelta(minutes=29), tick=False):
        assert url_of(cast, "check-in-undo") in as_("marta").get(detail).text
    with time_machine.travel(NOW + timedelta(minutes=30), tick=False):
        assert url_of(cast, "check-in-undo") not in as_("marta").get(detail).text
        undo(as_("marta"), cast)
    assert CheckIn.objects.exists()


def test_mail_of_a_check_in_waits_ten_minutes(cast: Cast, as_: SignIn) -> None:
    ana = cast.enrolment("ana")
    for person in (ana.person, cast.marta):
        person.last_login = NOW
        person.save()
    log(as_("marta"), cast, summary="One")
    assert Event.objects.filter(kind="check_in_logged").exists()
    assert not [mail for mail in deliver(NOW + timedelta(minutes=9)) if "agreed" in mail.subject]
    assert [mail.to for mail in deliver(NOW + timedelta(minutes=10))] == [[ana.person.email]]


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one writer in at a time")
@pytest.mark.django_db(transaction=True)
def test_undoing_waits_for_an_import_and_for_who_answers_what_was_logged() -> None:
    """Course, group, question and enrolment are locked in one order: none ends in a deadlock."""
    cast = make_cast()
    marta, ana = Client(), cast.enrolment("ana")
    marta.force_login(cast.marta)

    @transaction.atomic
    def write_import() -> None:
        Course.objects.select_for_update(no_key=True).get(pk=cast.course.pk)
        locked_groups([cast.clover.pk])

    def answer_it() -> Answer:
        question = Question.objects.get()
        return answer(question=question, by=ana.person, at=NOW, body="It hides", enrolment_id=ana.pk)

    log(marta, cast, **{"q0-title": "Why a mask?"})
    outcomes = held_up(lambda: locked_groups([cast.clover.pk]), lambda: undo(marta, cast), write_import)
    assert not [each for each in outcomes if isinstance(each, DatabaseError)]
    assert not CheckIn.objects.exists()

    log(marta, cast, **{"q0-title": "Why a mask?", f"p{ana.pk}-state": "working"})
    outcomes = held_up(lambda: locked_enrolments([ana.pk]), lambda: undo(marta, cast), answer_it)
    assert not [each for each in outcomes if isinstance(each, DatabaseError)]
