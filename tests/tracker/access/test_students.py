import logging
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import RequestFactory
from django.utils import timezone
from simple_history.models import HistoricalRecords

from courses.actions.archiving import archive
from groups.actions.absences import add_absence
from groups.actions.enrolment import join_group
from groups.actions.mentorship import assign_mentor, end_mentorship
from groups.models import Absence, Membership
from people.models import User
from tests.conftest import Cast
from tests.factories.courses import CourseFactory, MilestoneFactory
from tests.factories.groups import MembershipFactory, MentorshipFactory
from tests.factories.people import UserFactory
from tests.factories.questions import QuestionFactory
from tests.factories.tracker import CheckInFactory
from tests.moving import end_enrolment
from tracker.access.check_ins import check_in_to_read
from tracker.access.students import (
    absence_to_remove,
    milestone_to_waive,
    snooze_to_end,
    student_to_lead,
    student_to_read,
    student_to_snooze,
)
from tracker.access.written_about import check_ins_about
from tracker.actions.attention import snooze_student
from tracker.models import CheckIn

NOW = datetime.fromisoformat("2026-09-16T10:00:00+00:00")


def of_clover(cast: Cast) -> CheckIn:
    return CheckIn(group=cast.clover)


def answer(cast: Cast, name: str, fetch: Callable[..., object] = student_to_read) -> str:
    """The answer to the person of that name about Ana."""
    try:
        fetch(cast.person(name), cast.ana.enrolment_id, timezone.now())
    except PermissionDenied:
        return "403"
    except Http404:
        return "404"
    return "yes"


def test_story_is_for_the_student_their_mentor_and_course_admins(cast: Cast) -> None:
    told = {name: answer(cast, name) for name in ("ana", "bruno", "dalia", "marta", "tomas", "ines", "zoe")}
    assert told == {
        "ana": "yes", "bruno": "403", "dalia": "403", "marta": "yes", "tomas": "403", "ines": "yes", "zoe": "404",
    }  # fmt: skip


def test_only_mentors_of_today_and_course_admins_lead(cast: Cast) -> None:
    names = ("ana", "bruno", "marta", "tomas", "ines", "zoe")
    told = {name: answer(cast, name, student_to_lead) for name in names}
    assert told == {"ana": "403", "bruno": "403", "marta": "yes", "tomas": "403", "ines": "yes", "zoe": "404"}


def test_refusal_is_logged(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, logger="trefoil.access"):
        answer(cast, "bruno")
        answer(cast, "ana", student_to_lead)
    assert [record.getMessage() for record in caplog.records] == [
        f"refused person {cast.person('bruno').pk}: read the history of enrolment {cast.ana.enrolment_id}",
        f"refused person {cast.person('ana').pk}: lead enrolment {cast.ana.enrolment_id}",
    ]


def test_student_that_is_not_there_is_404(cast: Cast) -> None:
    with pytest.raises(Http404):
        student_to_read(cast.ines, 987654, timezone.now())


def test_former_mentor_reads_the_days_of_the_mentorship(cast: Cast) -> None:
    end_mentorship(mentorship=cast.clover.mentorships.get(), on=date(2026, 9, 10), by=cast.ines, at=NOW)
    access = student_to_read(cast.marta, cast.ana.enrolment_id, timezone.now())
    assert (access.may_lead, access.reads_all, access.sees_attention) == (False, False, True)
    days = [date(2026, 8, 30), date(2026, 8, 31), date(2026, 9, 9), date(2026, 9, 10)]
    assert [access.may_read(day) for day in days] == [False, True, True, False]
    assert [access.may_read_private(of_clover(cast), day) for day in days] == [False, True, True, False]
    assert not access.may_read_private(CheckIn(group=cast.juniper), date(2026, 9, 1))
    assert answer(cast, "marta", student_to_lead) == "403"


def test_former_mentor_of_other_days_reads_nothing(cast: Cast) -> None:
    join_group(enrolment=cast.ana.enrolment, group=cast.juniper, on=date(2026, 9, 10), by=None, at=NOW)
    lena = UserFactory.create(name="Lena Vogt")
    # Of Clover, but only after Ana had left it.
    MentorshipFactory.create(
        group=cast.clover, person=lena, started_on=date(2026, 9, 10), ended_on=date(2026, 9, 14)
    )
    with pytest.raises(PermissionDenied):
        student_to_read(lena, cast.ana.enrolment_id, timezone.now())


def test_move_hands_the_student_on(cast: Cast) -> None:
    join_group(enrolment=cast.ana.enrolment, group=cast.juniper, on=date(2026, 9, 10), by=None, at=NOW)
    old = student_to_read(cast.marta, cast.ana.enrolment_id, timezone.now())
    new = student_to_read(cast.tomas, cast.ana.enrolment_id, timezone.now())
    assert (old.may_lead, new.may_lead) == (False, True)
    assert [old.may_read(day) for day in (date(2026, 9, 9), date(2026, 9, 10))] == [True, False]
    # The new mentor knows the whole story, but not what was kept between the old group's mentors and course admins.
    assert new.may_read(date(2026, 9, 1))
    assert not new.may_read_private(of_clover(cast), date(2026, 9, 1))
    assert new.may_read_private(CheckIn(group=cast.juniper), date(2026, 9, 11))
    assert [(stay.group.name, stay.end_reason) for stay in new.stays] == [
        ("Clover", "moved"),
        ("Juniper", ""),
    ]


def test_mentor_reads_what_a_student_asked_before_in_a_group_in_which_they_studied(cast: Cast) -> None:
    asked_at = NOW - timedelta(days=10)
    QuestionFactory.create(
        membership=cast.ana,
        visibility="group",
        asked_at=asked_at,
        status="answered",
        first_answered_at=asked_at,
    )
    join_group(enrolment=cast.ana.enrolment, group=cast.juniper, on=date(2026, 9, 10), by=None, at=NOW)

    def read() -> list[bool]:
        tomas = User.objects.get(pk=cast.tomas.pk)
        access = student_to_read(tomas, cast.ana.enrolment_id, timezone.now())
        return [access.may_read_ask(ask) for ask in access.asks()]

    assert read() == [False]
    stay = MembershipFactory.create(group=cast.clover, enrolment__person=cast.tomas)
    assert read() == [True]
    # Who left after it was asked, and who left before.
    Membership.objects.filter(pk=stay.pk).update(ended_on=date(2026, 9, 14), end_reason="moved")
    assert read() == [True]
    Membership.objects.filter(pk=stay.pk).update(ended_on=date(2026, 9, 3), end_reason="moved")
    assert read() == [False]


def test_mentor_of_today_reads_the_whole_stay_of_who_left(cast: Cast) -> None:
    end_enrolment(
        enrolment=cast.ana.enrolment, on=date(2026, 9, 10), end_reason="dropped", by=cast.ines, at=NOW
    )
    lena = UserFactory.create(name="Lena Vogt")
    assign_mentor(group=cast.clover, person=lena, role="co-mentor", on=date(2026, 9, 14), by=None, at=NOW)
    access = student_to_read(lena, cast.ana.enrolment_id, timezone.now())
    days = (date(2026, 8, 31), date(2026, 9, 9), date(2026, 9, 10))
    assert [access.may_read(day) for day in days] == [True, True, False]
    assert not access.may_lead


def test_student_never_reads_private_notes_or_attention(cast: Cast) -> None:
    access = student_to_read(cast.person("ana"), cast.ana.enrolment_id, timezone.now())
    assert (access.reads_all, access.sees_attention) == (True, False)
    assert not access.may_read_private(of_clover(cast), date(2026, 9, 1))


def test_course_admin_reads_every_note(cast: Cast) -> None:
    access = student_to_read(cast.ines, cast.ana.enrolment_id, timezone.now())
    assert access.may_read_private(of_clover(cast), date(2020, 1, 1))


def test_what_is_ended_or_removed_must_be_of_the_student(cast: Cast) -> None:
    now = timezone.now()
    aside = snooze_student(
        enrolment=cast.enrolment("bruno"), until_on=date(2026, 9, 20), reason="Ill", by=cast.marta, at=now
    )
    absence = Absence.objects.create(
        enrolment=cast.enrolment("bruno"), starts_on=NOW.date(), ends_on=NOW.date(), accepted_by=cast.marta
    )
    assert snooze_to_end(cast.marta, cast.bruno.enrolment_id, aside.pk, now)[1] == aside
    assert absence_to_remove(cast.marta, cast.bruno.enrolment_id, absence.pk, now)[1] == absence
    with pytest.raises(Http404):
        snooze_to_end(cast.marta, cast.ana.enrolment_id, aside.pk, now)
    with pytest.raises(Http404):
        absence_to_remove(cast.marta, cast.ana.enrolment_id, absence.pk, now)


def test_milestone_to_waive_is_of_the_course(cast: Cast) -> None:
    access = student_to_lead(cast.marta, cast.ana.enrolment_id, timezone.now())
    assert milestone_to_waive(access, cast.milestones[0].pk) == cast.milestones[0]
    with pytest.raises(Http404):
        milestone_to_waive(access, MilestoneFactory.create(course=CourseFactory.create()).pk)


def test_course_admin_who_studies_in_the_group_sees_and_snoozes_no_attention(cast: Cast) -> None:
    MembershipFactory.create(group=cast.clover, person=cast.ines)
    access = student_to_read(cast.ines, cast.ana.enrolment_id, timezone.now())
    assert (access.may_lead, access.reads_all, access.sees_attention) == (True, True, False)
    assert {name: answer(cast, name, student_to_snooze) for name in ("ines", "marta")} == {
        "ines": "403", "marta": "yes",
    }  # fmt: skip


@pytest.mark.parametrize("has_left", [False, True])
@pytest.mark.parametrize("archived", ["", "cohort", "course"])
def test_a_student_reads_nothing_about_that_time_as_a_course_admin_whatever_is_archived(
    cast: Cast, archived: str, has_left: bool, monkeypatch: pytest.MonkeyPatch, rf: RequestFactory
) -> None:
    # As a page asks: without a request nothing is told of what is archived.
    monkeypatch.setattr(HistoricalRecords.context, "request", rf.get("/"), raising=False)
    check_in = CheckInFactory.create(group=cast.clover, logged_by=cast.marta, private_note="Ana is alone")
    now = timezone.now()
    cast.course.admins.create(person=cast.person("ana"))
    if has_left:
        ends = {"on": date(2026, 9, 15), "end_reason": "dropped", "by": cast.ines, "at": now}
        end_enrolment(enrolment=cast.enrolment("ana"), **ends)
    if archived:
        archive(thing=getattr(cast, archived), by=cast.ines, at=now)
    told = {}
    for name in ("ana", "ines"):
        person = cast.person(name)
        of_bruno = student_to_read(person, cast.bruno.enrolment_id, now)
        told[name] = (
            check_in_to_read(person, cast.clover.pk, check_in.week.iso, now).sees_all,
            of_bruno.may_read_entry(check_in),
            of_bruno.may_read_words(cast.clover.pk, check_in.week_starts_on, check_in.week, now),
            of_bruno.may_see_as,
            of_bruno.sees_attention,
            check_in.pk not in check_ins_about(person, now),
        )
    # A former member is told who of it needs somebody today, as the new mentor of it is.
    assert told == {"ana": (False, False, False, False, has_left, False), "ines": (True,) * 6}


def test_reason_that_was_joined_is_for_who_might_read_each_part(cast: Cast) -> None:
    """Not for a course admin who studied there when one was told, nor for who mentored until another was."""
    now = timezone.now()
    enrolment, bruno = cast.enrolment("bruno"), cast.person("bruno")
    stay = MembershipFactory.create(group=cast.clover, person=cast.ines)
    days = {"starts_on": date(2026, 9, 28), "ends_on": date(2026, 10, 2)}
    add_absence(enrolment=enrolment, **days, reason="An operation", by=bruno, at=now)
    Membership.objects.filter(pk=stay.pk).update(ended_on=date(2026, 9, 18), end_reason="dropped")
    cast.clover.mentorships.filter(person=cast.marta).update(ended_on=date(2026, 9, 29))
    later = now + timedelta(days=14)
    days = {"starts_on": date(2026, 10, 3), "ends_on": date(2026, 10, 5)}
    absence = add_absence(enrolment=enrolment, **days, reason="Still ill", by=bruno, at=later)
    assert absence.reason == "An operation; Still ill"
    reads = {}
    with time_machine.travel(later + timedelta(days=1), tick=False):
        for name in ("ines", "marta", "bruno"):
            person = User.objects.get(pk=cast.person(name).pk)
            access = student_to_read(person, enrolment.pk, timezone.now())
            reads[name] = access.may_read_reason(absence)
    assert reads == {"ines": False, "marta": False, "bruno": True}
