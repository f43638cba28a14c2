"""Who is told of a check-in: the members of its day. It is Wednesday 16 September 2026; Clover met on Monday."""

from datetime import date, time

import pytest

from groups.models import Group
from people.models import Event, User
from telling.kinds.check_in import CHECK_IN, MEETING
from telling.mails import Mail
from tests.conftest import NOW, TODAY, Cast
from tests.factories.groups import MembershipFactory
from tests.factories.people import UserFactory
from tests.factories.tracker import AgreedStepFactory, CheckInFactory
from tests.moving import leave_group, move_student
from tests.tracker.actions.test_check_ins import log
from tracker.models import CheckIn

pytestmark = pytest.mark.usefixtures("all_have_signed_in")
MONDAY, TUESDAY = date(2026, 9, 14), date(2026, 9, 15)


def met_on_monday(cast: Cast, **fields: object) -> CheckIn:
    return CheckInFactory.create(
        group=cast.clover, week_starts_on=MONDAY, held_on=MONDAY, summary="We talked about keys.", **fields
    )


def move(cast: Cast, name: str, group: Group) -> None:
    move_student(enrolment=cast.enrolment(name), group=group, on=TUESDAY, by=cast.ines, at=NOW)


def told_of(check_in: CheckIn) -> dict[str, Mail]:
    """The mails about it, by the first names of their readers."""
    event = Event(pk=0, kind="check_in_logged", ids={"check_in": check_in.pk}, at=NOW)
    readers = dict.fromkeys(CHECK_IN.recipients_of(event, NOW))
    mails = {reader.name.split()[0]: CHECK_IN.mail_of(reader, event, NOW) for reader in readers}
    return {name: mail for name, mail in mails.items() if mail}


def test_who_moved_since_is_told_and_who_came_is_not(cast: Cast) -> None:
    check_in = met_on_monday(cast)
    AgreedStepFactory.create(
        enrolment=cast.enrolment("chidi"), group=cast.clover, text="Read the paper", due_on=None
    )
    AgreedStepFactory.create(enrolment=None, group=cast.clover, text="Write two questions", due_on=None)
    move(cast, "chidi", cast.juniper)
    move(cast, "emre", cast.clover)
    told = told_of(check_in)
    assert sorted(told) == ["Ana", "Bruno", "Chidi"]
    steps = {name: [part.text for part in mail.parts if part.look == "row"] for name, mail in told.items()}
    assert steps["Ana"] == ["Write two questions"]
    assert steps["Chidi"] == ["Read the paper"]
    assert (told["Ana"].why, told["Chidi"].why) == (
        "because you study in Clover",
        "because you were in Clover",
    )


def test_who_left_before_that_day_is_not_told(cast: Cast) -> None:
    check_in = met_on_monday(cast)
    leave_group(enrolment=cast.enrolment("chidi"), on=MONDAY, by=cast.ines, at=NOW)
    assert sorted(told_of(check_in)) == ["Ana", "Bruno"]


def test_who_came_since_hears_of_a_meeting_that_goes(cast: Cast) -> None:
    Group.objects.filter(pk=cast.clover.pk).update(meeting="Thursdays 18:00")
    check_in = met_on_monday(cast)
    move(cast, "chidi", cast.juniper)
    MembershipFactory.create(group=cast.clover, person=UserFactory.create(name="Gil Lobo"), started_on=TODAY)
    told = told_of(check_in)
    instead = "Clover met Mon 14 September instead of tomorrow"
    assert {name: mail.subject for name, mail in told.items()} == {
        "Ana": instead,
        "Bruno": instead,
        "Gil": instead,
        "Chidi": "Clover: what you agreed on Mon 14 September",
    }


def test_who_lives_elsewhere_reads_when_a_rescheduled_meeting_is_for_them(cast: Cast) -> None:
    Group.objects.filter(pk=cast.clover.pk).update(meeting="Thursdays 18:00")
    User.objects.filter(pk=cast.person("ana").pk).update(time_zone="Asia/Tokyo")
    log(cast, outcome="moved", held_on=date(2026, 9, 18), held_at=time(19), typed={})
    event = Event.objects.get(kind="meeting_changed")
    ana, bruno = (
        MEETING.mail_of(User.objects.get(pk=cast.person(one).pk), event, NOW) for one in ("ana", "bruno")
    )
    assert ana is not None
    assert bruno is not None
    assert ana.subject == bruno.subject == "Clover meets Fri 18 September at 19:00 instead"
    assert "For you that is Sat 19 September 03:00." in [part.text for part in ana.parts]
    assert "For you" not in str(bruno.parts)
