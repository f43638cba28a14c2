from collections.abc import Callable
from datetime import date

import pytest
from django.utils import timezone

from groups.models import Membership, Mentorship
from groups.relations import forget_relations
from tests.conftest import Cast
from tests.factories.courses import MaterialFactory, MilestoneFactory
from tests.factories.tracker import ProgressFactory
from tests.moving import move_student
from tests.refusals import outcome
from tracker.access.progress import (
    material_of,
    member_to_mark,
    milestone_of,
    oneself_to_mark,
    progress_to_mark,
)

EVERYBODY = ["ana", "bruno", "chidi", "dalia", "marta", "tomas", "ines", "zoe"]


def allowed(cast: Cast, fetch: Callable[..., object], *args: object) -> set[str]:
    """The people who get it; the others of the course get 403, and strangers 404."""
    outcomes = {who: outcome(fetch, cast.person(who), *args, timezone.now()) for who in EVERYBODY}
    assert outcomes.pop("zoe") == "404"
    assert set(outcomes.values()) <= {"yes", "403"}
    return {who for who, answer in outcomes.items() if answer == "yes"}


def test_a_member_is_marked_by_themself_and_who_leads(cast: Cast) -> None:
    ana = cast.enrolment("ana").pk
    assert allowed(cast, member_to_mark, cast.clover.pk, ana) == {"ana", "marta", "ines"}
    progress = ProgressFactory.create(enrolment=cast.enrolment("ana"), milestone=cast.milestones[0])
    assert allowed(cast, progress_to_mark, cast.clover.pk, progress.pk) == {"ana", "marta", "ines"}


def test_oneself_is_marked_by_members(cast: Cast) -> None:
    assert allowed(cast, oneself_to_mark, cast.clover.pk) == {"ana", "bruno", "chidi"}
    member = oneself_to_mark(cast.person("bruno"), cast.clover.pk, timezone.now())
    assert (member.enrolment, member.is_own) == (cast.enrolment("bruno"), True)


def test_a_member_marked_by_the_mentor_is_not_their_own(cast: Cast) -> None:
    member = member_to_mark(cast.marta, cast.clover.pk, cast.ana.enrolment_id, timezone.now())
    assert (member.enrolment, member.is_own) == (cast.enrolment("ana"), False)


@pytest.mark.parametrize(("ended_on", "is_found"), [(date(2026, 9, 17), True), (date(2026, 9, 16), False)])
def test_a_member_is_marked_until_the_stay_ends(cast: Cast, ended_on: date, is_found: bool) -> None:
    cast.ana.ended_on, cast.ana.end_reason = ended_on, "moved"
    cast.ana.save()
    answer = outcome(member_to_mark, cast.marta, cast.clover.pk, cast.ana.enrolment_id, timezone.now())
    assert answer == ("yes" if is_found else "404")


def test_who_moves_later_is_marked_where_they_are_until_then(cast: Cast) -> None:
    ana = cast.enrolment("ana")
    move_student(enrolment=ana, group=cast.juniper, on=date(2026, 9, 21), by=cast.ines, at=timezone.now())
    fetched = [
        outcome(member_to_mark, person, group.pk, ana.pk, timezone.now())
        for person, group in (
            (cast.marta, cast.clover),
            (cast.tomas, cast.juniper),
            (cast.ines, cast.juniper),
        )
    ]
    assert fetched == ["yes", "404", "404"]


def test_who_is_in_no_group_until_their_first_day_is_marked_by_who_mentors_by_then(cast: Cast) -> None:
    Membership.objects.filter(pk=cast.ana.pk).update(started_on=date(2026, 9, 21))
    how = (cast.clover.pk, cast.ana.enrolment_id, timezone.now())
    assert outcome(member_to_mark, cast.marta, *how) == "yes"
    # A mentorship that is to come gives no right yet.
    Mentorship.objects.filter(group=cast.clover).update(started_on=date(2026, 9, 21))
    forget_relations(cast.marta)
    assert outcome(member_to_mark, cast.marta, *how) == "403"


def test_only_milestones_and_materials_of_the_course_are_found(cast: Cast) -> None:
    member = oneself_to_mark(cast.person("ana"), cast.clover.pk, timezone.now())
    material = MaterialFactory.create(milestone=cast.milestones[0])
    assert milestone_of(member, cast.milestones[0].pk) == cast.milestones[0]
    assert material_of(member, material.pk) == material
    assert outcome(milestone_of, member, MilestoneFactory.create().pk) == "404"
    assert outcome(material_of, member, MaterialFactory.create().pk) == "404"
