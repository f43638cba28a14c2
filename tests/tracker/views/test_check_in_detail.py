from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from groups.models import Membership, Mentorship
from people.models import User
from tests.conftest import NOW, Cast, SignIn
from tests.factories.questions import QuestionFactory
from tests.factories.tracker import AgreedStepFactory, CheckInEntryFactory, CheckInFactory
from tests.moving import move_student
from tests.sent_form import fields_of
from tracker.models import CheckIn

WEEK = "2026-W38"


def url_of(cast: Cast, name: str = "check-in-detail") -> str:
    return reverse(f"tracker:{name}", args=[cast.clover.pk, WEEK])


def logged(cast: Cast, **fields: Any) -> CheckIn:
    """Tuesday's check-in, with something in every field; what students may not read says "secret"."""
    check_in = CheckInFactory.create(
        group=cast.clover,
        week_starts_on=date(2026, 9, 14),
        held_on=date(2026, 9, 15),
        logged_by=cast.marta,
        **{
            "summary": "Attention once more.",
            "private_note": "secret note",
            "request": "secret request",
            **fields,
        },
    )
    for name, attendance in (("ana", "present"), ("bruno", "absent")):
        CheckInEntryFactory.create(
            check_in=check_in,
            enrolment=cast.enrolment(name),
            attendance=attendance,
            note="secret entry",
        )
    for name, text in (("ana", "Read about chunking"), ("bruno", "secret step"), ("", "Choose a dataset")):
        AgreedStepFactory.create(
            group=cast.clover,
            check_in=check_in,
            enrolment=cast.enrolment(name) if name else None,
            text=text,
            due_on=date(2026, 9, 22),
        )
    return check_in


def test_check_in_detail_shows_all_to_the_mentor(cast: Cast, as_: SignIn) -> None:
    logged(cast)
    page = as_("marta").get(url_of(cast)).text
    for words in (
        "Tuesday 15 September, 30 minutes, Bruno absent.",
        "Attention once more.",
        "secret note",
        "Only Clover’s mentors (Marta Pires) and the course admins (Inês Duarte) can read this.",
        "secret request",
        "secret entry",
        "Absent",
        "secret step",
        "Logged by Marta Pires",
    ):
        assert words in page


def test_check_in_detail_shows_a_member_what_is_shared(cast: Cast, as_: SignIn) -> None:
    logged(cast)
    response = as_("ana").get(url_of(cast))
    page = response.context["page"]
    assert (page["sentence"], page["check_in"].summary) == (
        "Tuesday 15 September, 30 minutes.",
        "Attention once more.",
    )
    assert [
        (row.person.name, entry.attendance, [step.text for step in steps])
        for row, _, entry, steps in page["rows"]
    ] == [("Ana Ruivo", "present", ["Read about chunking"])]
    assert [step.text for step in page["steps_of_all"]] == ["Choose a dataset"]
    assert "secret" not in response.text
    assert "Bruno" not in response.text
    assert "History of this check-in" not in response.text


def test_check_in_detail_shows_what_became_of_what_was_agreed_before(cast: Cast, as_: SignIn) -> None:
    before = CheckInFactory.create(
        group=cast.clover, week_starts_on=date(2026, 9, 7), logged_at=timezone.now() - timedelta(days=7)
    )
    logged(cast)
    for name, text, state in (
        ("ana", "Read the paper", "done"),
        ("bruno", "secret old step", "dropped"),
        ("", "Share a notebook", "open"),
    ):
        closed = {"closed_at": timezone.now(), "closed_by": cast.marta} if state != "open" else {}
        AgreedStepFactory.create(
            group=cast.clover, check_in=before, enrolment=cast.enrolment(name) if name else None, text=text,
            due_on=date(2026, 9, 14), agreed_at=before.logged_at, state=state, **closed,
        )  # fmt: skip
    own = [("Read the paper", "done"), ("Read about chunking", "open")]
    of_all = [("Share a notebook", "open"), ("Choose a dataset", "open")]
    for who, steps in (
        ("marta", [*own, ("secret old step", "dropped"), ("secret step", "open"), *of_all]),
        ("ana", [*own, *of_all]),
    ):
        page = as_(who).get(url_of(cast)).context["page"]
        shown = [step for *_, agreed in page["rows"] for step in agreed] + list(page["steps_of_all"])
        assert [(step.text, step.state) for step in shown] == steps


def test_a_due_day_of_a_check_in_is_said_as_of_the_cohorts_today(cast: Cast, as_: SignIn) -> None:
    """Where Marta is, it is the day after already."""
    User.objects.filter(pk=cast.marta.pk).update(time_zone="Pacific/Kiritimati")
    AgreedStepFactory.create(group=cast.clover, check_in=logged(cast), due_on=date(2026, 9, 17))
    page = " ".join(as_("marta").get(url_of(cast)).text.split())
    assert '<time datetime="2026-09-17" title="Thursday 17 September 2026">tomorrow</time>' in page
    cast.clover.meeting = "Wednesdays 17:00"
    cast.clover.save()
    page = " ".join(as_("marta").get(url_of(cast, "check-in-log")).text.split())
    assert 'by <time datetime="2026-09-23" title="Wednesday 23 September 2026">23 Sep</time>' in page


def test_check_in_detail_shows_a_student_no_history_of_a_secret(cast: Cast, as_: SignIn) -> None:
    marta = as_("marta")
    log = url_of(cast, "check-in-log")
    fields = fields_of(marta.get(log).text, "check-in") | {"private_note": "secret note"}
    marta.post(log, fields)
    marta.post(log, fields_of(marta.get(log).text, "check-in") | {"private_note": "secret again"})
    assert "secret note" in marta.get(url_of(cast)).text
    assert "secret" not in as_("ana").get(url_of(cast)).text


def test_check_in_detail_tells_who_changed_what(cast: Cast, as_: SignIn) -> None:
    marta, log = as_("marta"), url_of(cast, "check-in-log")
    marta.post(log, fields_of(marta.get(log).text, "check-in"))
    ines = as_("ines")
    changed = fields_of(ines.get(log).text, "check-in") | {
        "minutes": "45",
        f"e{cast.enrolment('ana').pk}-attendance": "absent",
    }
    with pytest.MonkeyPatch.context() as patch:
        later = timezone.now() + timedelta(hours=1)
        patch.setattr("tracker.views.check_ins.timezone.now", lambda: later)
        ines.post(log, changed)
    page = marta.get(url_of(cast)).context["page"]
    assert [(str(line.by), line.field, line.before, line.after) for line in page["history"]] == [
        ("Inês Duarte", "Check-in: minutes", "30", "45"),
        ("Inês Duarte", "Ana Ruivo: attendance", "present", "absent"),
        ("Marta Pires", "Check-in", "—", "logged"),
    ]


def test_check_in_detail_tells_what_was_taken_away(cast: Cast, as_: SignIn) -> None:
    ines, log = as_("ines"), url_of(cast, "check-in-log")
    ines.post(log, fields_of(ines.get(log).text, "check-in"))
    ines.post(log, fields_of(ines.get(log).text, "check-in") | {"outcome": "cancelled"})
    response = as_("marta").get(url_of(cast))
    page = response.context["page"]
    assert "Logged by Inês Duarte (course admin)" in response.text
    assert {(line.field, line.before, line.after) for line in page["history"]} == {
        ("Check-in", "—", "logged"),
        ("Check-in: outcome", "met", "cancelled"),
        ("Check-in: on", "2026-09-16", "—"),
        ("Check-in: minutes", "30", "—"),
        ("Ana Ruivo", "there", "removed"),
        ("Bruno Sá", "there", "removed"),
        ("Chidi Okafor", "there", "removed"),
    }


def test_check_in_detail_shows_what_was_asked_in_the_week(cast: Cast, as_: SignIn) -> None:
    logged(cast)
    shown = QuestionFactory.create(membership=cast.ana, title="Asked this week")
    QuestionFactory.create(
        membership=cast.ana, title="Asked before", asked_at=timezone.now() - timedelta(days=3)
    )
    QuestionFactory.create(membership=cast.dalia, title="Asked elsewhere")
    for name in ("marta", "bruno"):
        assert list(as_(name).get(url_of(cast)).context["page"]["questions"]) == [shown]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (
            {"outcome": "moved", "held_on": date(2026, 9, 21), "minutes": None},
            "Rescheduled to Monday 21 September.",
        ),
        ({"outcome": "cancelled", "held_on": None, "minutes": None}, "Cancelled."),
        (
            {"outcome": "group_absent", "held_on": date(2026, 9, 15), "minutes": None},
            "Tuesday 15 September, nobody came.",
        ),
    ],
)
def test_check_in_detail_says_what_became_of_it(
    cast: Cast, as_: SignIn, fields: dict[str, Any], words: str
) -> None:
    CheckInFactory.create(group=cast.clover, week_starts_on=date(2026, 9, 14), logged_by=cast.marta, **fields)
    assert as_("ana").get(url_of(cast)).context["page"]["sentence"] == words


@pytest.mark.parametrize(("moved", "is_said"), [(15, True), (16, False)])
def test_check_in_detail_says_that_an_entry_does_not_count(
    cast: Cast, as_: SignIn, moved: int, is_said: bool
) -> None:
    logged(cast)
    on = {"on": date(2026, 9, moved), "by": cast.ines, "at": NOW}
    move_student(enrolment=cast.enrolment("bruno"), group=cast.juniper, **on)
    assert ("Not counted after a move" in as_("marta").get(url_of(cast)).text) is is_said


@pytest.mark.parametrize(("ended_on", "status"), [(date(2026, 9, 15), 403), (date(2026, 9, 16), 200)])
def test_check_in_detail_is_for_who_left_the_group_after_it(
    cast: Cast, as_: SignIn, ended_on: date, status: int
) -> None:
    logged(cast)
    Membership.objects.filter(pk=cast.ana.pk).update(ended_on=ended_on, end_reason="dropped")
    response = as_("ana").get(url_of(cast))
    assert response.status_code == status
    assert "secret note" not in response.text
    if status == 200:
        assert [row.person.name for row, *_ in response.context["page"]["rows"]] == ["Ana Ruivo"]


@pytest.mark.parametrize(("ended_on", "status"), [(date(2026, 9, 15), 403), (date(2026, 9, 16), 200)])
def test_check_in_detail_is_for_former_mentors_of_that_day(
    cast: Cast, as_: SignIn, ended_on: date, status: int
) -> None:
    logged(cast)
    Mentorship.objects.filter(person=cast.marta).update(ended_on=ended_on)
    response = as_("marta").get(url_of(cast))
    assert response.status_code == status
    if status == 200:
        assert "secret note" in response.text
        assert not response.context["page"]["may_edit"]


def test_check_in_detail_of_one_that_was_cancelled_is_for_mentors_of_the_day_it_was_logged(
    cast: Cast, as_: SignIn
) -> None:
    logged(cast, outcome="cancelled", minutes=None)
    Mentorship.objects.filter(person=cast.marta).update(ended_on=date(2026, 9, 16))
    assert as_("marta").get(url_of(cast)).status_code == 403


@pytest.mark.parametrize("week", ["2026-W37", "2026-W54", "soon"])
def test_check_in_detail_of_none_is_not_there(cast: Cast, as_: SignIn, week: str) -> None:
    logged(cast)
    url = reverse("tracker:check-in-detail", args=[cast.clover.pk, week])
    assert as_("marta").get(url).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("who", "queries"), [("marta", 17), ("ana", 11)])
def test_check_in_detail_takes_as_many_queries_with_one_as_with_three(
    cast: Cast, as_: SignIn, who: str, queries: int, count: int, django_assert_num_queries: Any
) -> None:
    check_in = CheckInFactory.create(
        group=cast.clover, week_starts_on=date(2026, 9, 14), held_on=date(2026, 9, 15), logged_by=cast.marta
    )
    for name in ("ana", "bruno", "chidi")[:count]:
        CheckInEntryFactory.create(check_in=check_in, enrolment=cast.enrolment(name))
        AgreedStepFactory.create(group=cast.clover, check_in=check_in, enrolment=cast.enrolment(name))
        QuestionFactory.create(membership=getattr(cast, name))
        check_in.minutes = 30 + count
        check_in.save()
    client = as_(who)
    with django_assert_num_queries(queries):
        client.get(url_of(cast))
