from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from groups.actions.enrolment import enrol, join_group
from groups.actions.mentorship import assign_mentor
from groups.models import Enrolment, Group, Membership
from lib.refusals import Refused
from tests.conftest import NOW, TODAY, Cast
from tests.factories.courses import CohortFactory
from tests.factories.groups import EnrolmentFactory, GroupFactory
from tests.factories.people import UserFactory
from tests.factories.tracker import ProgressFactory
from tests.moving import end_enrolment, leave_group

START = date(2026, 8, 31)


def members(group: Group) -> set[str]:
    return {stay.enrolment.person.get_short_name() for stay in group.memberships.filter(ended_on=None)}


def stays(enrolment: Enrolment) -> list[tuple[str, date, date | None, str]]:
    rows = enrolment.memberships.order_by("started_on", "pk").select_related("group")
    return [(row.group.name, row.started_on, row.ended_on, row.end_reason) for row in rows]


def waiting(cast: Cast, name: str = "Gus Lind") -> Enrolment:
    return EnrolmentFactory.create(cohort=cast.cohort, person=UserFactory.create(name=name), started_on=START)


def test_enrol_says_who_enrolled_whom_and_when(cast: Cast) -> None:
    made = enrol(person=cast.zoe, cohort=cast.cohort, started_on=TODAY, by=cast.ines, at=NOW)
    assert (made.person, made.cohort, made.started_on) == (cast.zoe, cast.cohort, TODAY)
    assert (made.enrolled_by, made.enrolled_at, made.ended_on) == (cast.ines, NOW, None)
    assert [record.history_user for record in made.history.all()] == [cast.ines]


def test_enrol_leaves_who_is_enrolled_as_they_are(cast: Cast) -> None:
    again = enrol(person=cast.person("ana"), cohort=cast.cohort, started_on=TODAY, by=cast.ines, at=NOW)
    assert (again, again.started_on) == (cast.enrolment("ana"), START)


def test_enrol_takes_somebody_back_after_the_end(cast: Cast) -> None:
    end_enrolment(enrolment=cast.enrolment("ana"), on=TODAY, end_reason="dropped", by=cast.ines, at=NOW)
    again = enrol(person=cast.person("ana"), cohort=cast.cohort, started_on=TODAY, by=cast.ines, at=NOW)
    assert again != cast.enrolment("ana")
    assert Enrolment.objects.filter(person=cast.person("ana")).count() == 2


def test_enrol_refuses_days_of_an_earlier_enrolment(cast: Cast) -> None:
    end_enrolment(enrolment=cast.enrolment("ana"), on=TODAY, end_reason="dropped", by=cast.ines, at=NOW)
    with pytest.raises(Refused, match="Ana Ruivo was enrolled before, until 16 September 2026"):
        enrol(
            person=cast.person("ana"), cohort=cast.cohort, started_on=date(2026, 9, 15), by=cast.ines, at=NOW
        )


def test_enrol_refuses_who_may_not_sign_in(cast: Cast) -> None:
    gone = UserFactory.create(name="Gus Lind", is_active=False)
    with pytest.raises(Refused, match="The account of Gus Lind is disabled; ask a site admin"):
        enrol(person=gone, cohort=cast.cohort, started_on=TODAY, by=cast.ines, at=NOW)
    assert not gone.enrolments.exists()


def test_join_group_from_none(cast: Cast) -> None:
    enrolment = waiting(cast)
    stay = join_group(enrolment=enrolment, group=cast.clover, on=TODAY, by=cast.ines, at=NOW)
    assert members(cast.clover) == {"Ana", "Bruno", "Chidi", "Gus"}
    assert [record.history_user for record in stay.history.all()] == [cast.ines]


def test_join_group_moves_and_rewrites_no_past(cast: Cast) -> None:
    ProgressFactory.create(enrolment=cast.enrolment("ana"), milestone=cast.milestones[0])
    join_group(enrolment=cast.enrolment("ana"), group=cast.juniper, on=TODAY, by=cast.ines, at=NOW)
    assert stays(cast.enrolment("ana")) == [
        ("Clover", START, TODAY, "moved"),
        ("Juniper", TODAY, None, ""),
    ]
    assert cast.enrolment("ana").progress.count() == 1
    assert cast.ana.history.latest().history_user == cast.ines


def test_join_group_of_ones_own_changes_nothing(cast: Cast) -> None:
    stay = join_group(enrolment=cast.enrolment("ana"), group=cast.clover, on=TODAY, by=cast.ines, at=NOW)
    assert stay == cast.ana
    assert stays(cast.enrolment("ana")) == [("Clover", START, None, "")]


def test_join_group_lets_one_above_the_size_in_and_no_more(cast: Cast) -> None:
    join_group(enrolment=waiting(cast), group=cast.clover, on=TODAY, by=cast.ines, at=NOW)
    with pytest.raises(Refused, match="Clover is full: 4 students, one more than the group size of 3"):
        join_group(enrolment=waiting(cast, "Hana Mori"), group=cast.clover, on=TODAY, by=cast.ines, at=NOW)
    assert members(cast.clover) == {"Ana", "Bruno", "Chidi", "Gus"}


def test_join_group_refused_leaves_the_stay_there_was(cast: Cast) -> None:
    join_group(enrolment=waiting(cast), group=cast.juniper, on=TODAY, by=cast.ines, at=NOW)
    with pytest.raises(Refused, match="Juniper is full: 4 students"):
        join_group(enrolment=cast.enrolment("ana"), group=cast.juniper, on=TODAY, by=cast.ines, at=NOW)
    assert stays(cast.enrolment("ana")) == [("Clover", START, None, "")]


def test_join_group_counts_who_leaves_later_as_there(cast: Cast) -> None:
    end_enrolment(
        enrolment=cast.enrolment("bruno"),
        on=TODAY + timedelta(days=9),
        end_reason="dropped",
        by=cast.ines,
        at=NOW,
    )
    join_group(enrolment=waiting(cast), group=cast.clover, on=TODAY, by=cast.ines, at=NOW)
    with pytest.raises(Refused, match="is full: 4 students"):
        join_group(enrolment=waiting(cast, "Hana Mori"), group=cast.clover, on=TODAY, by=cast.ines, at=NOW)


def test_join_group_refuses_a_group_of_another_cohort(cast: Cast) -> None:
    other = GroupFactory.create(cohort=CohortFactory.create(course=cast.course), name="Fern")
    with pytest.raises(Refused, match="Ana Ruivo is enrolled in a different cohort from Fern"):
        join_group(enrolment=cast.enrolment("ana"), group=other, on=TODAY, by=cast.ines, at=NOW)


def test_join_group_refuses_its_own_mentor(cast: Cast) -> None:
    tomas = enrol(person=cast.tomas, cohort=cast.cohort, started_on=START, by=cast.ines, at=NOW)
    with pytest.raises(Refused, match="Tomás Reis is a mentor of Juniper and cannot be a student in it"):
        join_group(enrolment=tomas, group=cast.juniper, on=TODAY, by=cast.ines, at=NOW)
    join_group(enrolment=tomas, group=cast.clover, on=TODAY, by=cast.ines, at=NOW)
    assert members(cast.clover) == {"Ana", "Bruno", "Chidi", "Tomás"}


def test_join_group_refuses_who_has_ended(cast: Cast) -> None:
    end_enrolment(enrolment=cast.enrolment("ana"), on=TODAY, end_reason="dropped", by=cast.ines, at=NOW)
    with pytest.raises(Refused, match="Ana Ruivo is no longer enrolled"):
        join_group(enrolment=cast.enrolment("ana"), group=cast.juniper, on=TODAY, by=cast.ines, at=NOW)


@pytest.mark.parametrize(
    ("on", "said"),
    [
        (date(2026, 8, 30), "Ana Ruivo has been enrolled since 31 August 2026"),
        (date(2026, 9, 9), "The stay in Juniper started on 10 September 2026"),
    ],
)
def test_join_group_refuses_days_before_what_there_is(cast: Cast, on: date, said: str) -> None:
    ana = cast.enrolment("ana")
    join_group(enrolment=ana, group=cast.juniper, on=date(2026, 9, 10), by=cast.ines, at=NOW)
    with pytest.raises(Refused, match=said):
        join_group(enrolment=ana, group=cast.clover, on=on, by=cast.ines, at=NOW)
    assert stays(ana)[-1] == ("Juniper", date(2026, 9, 10), None, "")


def test_join_group_refuses_days_of_an_earlier_stay(cast: Cast) -> None:
    ana = cast.enrolment("ana")
    leave_group(enrolment=ana, on=date(2026, 9, 10), by=cast.ines, at=NOW)
    with pytest.raises(Refused, match="was in another group on 9 September 2026 or later"):
        join_group(enrolment=ana, group=cast.juniper, on=date(2026, 9, 9), by=cast.ines, at=NOW)
    join_group(enrolment=ana, group=cast.juniper, on=date(2026, 9, 10), by=cast.ines, at=NOW)
    assert [stay[0] for stay in stays(ana)] == ["Clover", "Juniper"]


def test_leave_group_keeps_the_enrolment(cast: Cast) -> None:
    leave_group(enrolment=cast.enrolment("ana"), on=TODAY, by=cast.ines, at=NOW, reason="Clover breaks up")
    assert stays(cast.enrolment("ana")) == [("Clover", START, TODAY, "moved")]
    assert cast.ana.history.latest().history_change_reason == "Clover breaks up"
    assert Enrolment.objects.get(pk=cast.ana.enrolment_id).ended_on is None


def test_leave_group_refuses_who_is_in_none(cast: Cast) -> None:
    with pytest.raises(Refused, match="Gus Lind is in no group"):
        leave_group(enrolment=waiting(cast), on=TODAY, by=cast.ines, at=NOW)


@pytest.mark.parametrize("reason", Enrolment.EndReason.values)
def test_end_enrolment_ends_the_stay_with_it(cast: Cast, reason: str) -> None:
    end_enrolment(enrolment=cast.enrolment("ana"), on=TODAY, end_reason=reason, by=cast.ines, at=NOW)
    ended = Enrolment.objects.get(pk=cast.ana.enrolment_id)
    assert (ended.ended_on, ended.end_reason) == (TODAY, reason)
    assert stays(ended) == [("Clover", START, TODAY, reason)]
    assert ended.history.latest().history_user == cast.ines


def test_end_enrolment_refuses_what_contradicts_the_past(cast: Cast) -> None:
    ana = cast.enrolment("ana")
    join_group(enrolment=ana, group=cast.juniper, on=date(2026, 9, 10), by=cast.ines, at=NOW)
    leave_group(enrolment=ana, on=date(2026, 9, 14), by=cast.ines, at=NOW)
    for on, said in [
        (date(2026, 8, 30), "Ana Ruivo started on 31 August 2026"),
        (date(2026, 9, 13), "Ana Ruivo left Juniper on 14 September 2026"),
    ]:
        with pytest.raises(Refused, match=said):
            end_enrolment(enrolment=ana, on=on, end_reason="dropped", by=cast.ines, at=NOW)
    end_enrolment(enrolment=ana, on=date(2026, 9, 14), end_reason="dropped", by=cast.ines, at=NOW)
    with pytest.raises(Refused, match="ended on 14 September 2026 already"):
        end_enrolment(enrolment=ana, on=TODAY, end_reason="dropped", by=cast.ines, at=NOW)


def test_end_enrolment_wants_a_reason_that_there_is(cast: Cast) -> None:
    with pytest.raises(ValueError, match="tired"):
        end_enrolment(enrolment=cast.enrolment("ana"), on=TODAY, end_reason="tired", by=cast.ines, at=NOW)
    assert Enrolment.objects.get(pk=cast.ana.enrolment_id).ended_on is None


# Held by the database itself, whoever writes.


@pytest.mark.parametrize(
    "fields",
    [
        {"started_on": TODAY},
        {"started_on": TODAY, "ended_on": START, "end_reason": "moved"},
        {"started_on": START, "ended_on": TODAY},
        {"started_on": START, "end_reason": "moved"},
    ],
    ids=["a second open one", "ends before it starts", "ends without a reason", "a reason without an end"],
)
def test_database_refuses_a_membership(cast: Cast, fields: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(enrolment=cast.enrolment("ana"), group=cast.juniper, **fields)


@pytest.mark.parametrize(
    "fields",
    [
        {"started_on": TODAY},
        {"started_on": TODAY, "ended_on": START, "end_reason": "dropped"},
        {"started_on": START, "ended_on": TODAY},
        {"started_on": START, "end_reason": "dropped"},
    ],
    ids=["a second open one", "ends before it starts", "ends without a reason", "a reason without an end"],
)
def test_database_refuses_an_enrolment(cast: Cast, fields: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Enrolment.objects.create(cohort=cast.cohort, person=cast.person("ana"), **fields)


def test_people_cohorts_and_groups_are_never_cascaded_away(cast: Cast) -> None:
    assign_mentor(group=cast.juniper, person=cast.marta, role="cover", on=TODAY, by=cast.ines, at=NOW)
    for thing in (cast.person("ana"), cast.marta, cast.ines, cast.cohort, cast.clover, cast.course):
        with pytest.raises(ProtectedError):
            thing.delete()
    assert (Enrolment.objects.count(), Membership.objects.count()) == (6, 6)


def test_memberships_of_the_same_day_do_not_overlap() -> None:
    stay = Membership(started_on=START, ended_on=TODAY)
    assert not stay.overlaps(TODAY, None)
    assert stay.overlaps(TODAY - timedelta(days=1), None)
    assert not stay.overlaps(date(2026, 8, 1), START)
