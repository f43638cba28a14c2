from datetime import date, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from groups.actions.enrolment import join_group
from groups.actions.forming import (
    delete_proposal,
    edit_proposed_group,
    lock_proposed_group,
    note_willing,
    note_wish,
    place,
    propose,
)
from groups.actions.publishing import publish
from groups.models import (
    Enrolment,
    Group,
    Membership,
    Mentorship,
    Proposal,
    ProposedGroup,
    ProposedStay,
)
from lib.refusals import Refused
from people.models import Event
from tests.conftest import NOW, TODAY, Cast, make_cast
from tests.factories.groups import EnrolmentFactory
from tests.factories.people import UserFactory
from tests.racing import held_up


def waiting(cast: Cast, count: int, name: str = "Waiting", **fields: object) -> list[Enrolment]:
    people = [UserFactory.create(name=f"{name} {n:02}", time_zone="Europe/Lisbon") for n in range(count)]
    return [EnrolmentFactory.create(cohort=cast.cohort, person=person, **fields) for person in people]


def proposed(cast: Cast) -> dict[str, set[str]]:
    groups = ProposedGroup.objects.filter(proposal__cohort=cast.cohort).order_by("sort_key")
    return {
        group.name: set(group.stays.values_list("enrolment__person__name", flat=True)) for group in groups
    }


def test_propose_tells_nobody_and_makes_no_group(cast: Cast) -> None:
    rows = waiting(cast, 7)
    note_wish(one=rows[6], other=rows[0], kind="together", by=cast.ines, at=NOW)
    note_willing(cohort=cast.cohort, person=cast.marta, most_groups=2, by=cast.ines, at=NOW)
    proposal = propose(cohort=cast.cohort, by=cast.ines, at=NOW)
    assert proposal.changed_by == cast.ines
    groups = proposed(cast)
    assert sorted(map(len, groups.values())) == [3, 4]
    assert any({"Waiting 00", "Waiting 06"} <= names for names in groups.values())
    # She mentors Clover already, and takes two.
    assert sorted(proposal.groups.values_list("mentor__name", flat=True), key=str) == ["Marta Pires", None]
    assert (Group.objects.count(), Event.objects.count()) == (2, 0)


def test_locked_groups_stay_when_the_others_are_formed_anew(cast: Cast) -> None:
    rows = waiting(cast, 6)
    first = propose(cohort=cast.cohort, by=cast.ines, at=NOW).version
    acacia, alder = ProposedGroup.objects.order_by("sort_key")
    mine, theirs = acacia.stays.first(), alder.stays.first()
    assert mine is not None
    assert theirs is not None
    place(enrolment=mine.enrolment, group=alder, by=cast.ines, at=NOW)
    place(enrolment=theirs.enrolment, group=acacia, by=cast.ines, at=NOW)
    lock_proposed_group(group=alder, is_locked=True, by=cast.ines, at=NOW)
    before = proposed(cast)["Alder"]
    assert mine.enrolment.person.name in before
    late = waiting(cast, 1, "Late")
    assert propose(cohort=cast.cohort, by=cast.ines, at=NOW).version == first + 4
    after = proposed(cast)
    assert after["Alder"] == before
    assert after["Acacia"] == {row.person.name for row in [*rows, *late]} - before


def test_place_keeps_the_rules_of_groups(cast: Cast) -> None:
    rows = waiting(cast, 9)
    propose(cohort=cast.cohort, by=cast.ines, at=NOW)
    acacia, alder, aspen = ProposedGroup.objects.order_by("sort_key")
    first, second = (stay.enrolment for stay in alder.stays.order_by("pk")[:2])
    place(enrolment=first, group=acacia, by=cast.ines, at=NOW)
    with pytest.raises(Refused, match="Acacia is full: 4 students"):
        place(enrolment=second, group=acacia, by=cast.ines, at=NOW)
    place(enrolment=second, group=None, by=cast.ines, at=NOW)
    assert not ProposedStay.objects.filter(enrolment=second).exists()
    # The mentor of a group does not study in it.
    edit_proposed_group(group=aspen, name="Owls", mentor=first.person, by=cast.ines, at=NOW)
    with pytest.raises(Refused, match="is a mentor of Owls and cannot be a student in it"):
        place(enrolment=first, group=aspen, by=cast.ines, at=NOW)
    with pytest.raises(Refused, match="is a student in Acacia and cannot mentor it"):
        edit_proposed_group(group=acacia, name="Acacia", mentor=first.person, by=cast.ines, at=NOW)
    with pytest.raises(Refused, match="called clover already"):
        edit_proposed_group(group=acacia, name="clover", mentor=None, by=cast.ines, at=NOW)
    with pytest.raises(Refused, match="in a group already"):
        place(enrolment=cast.enrolment("ana"), group=alder, by=cast.ines, at=NOW)
    assert len(rows) - 1 == ProposedStay.objects.count()


def test_publish_makes_all_at_once_and_tells_of_each_group(cast: Cast) -> None:
    rows = waiting(cast, 6)
    late = waiting(cast, 1, "Late", started_on=TODAY)[0]
    join_group(enrolment=rows[0], group=cast.clover, on=rows[0].started_on, by=cast.ines, at=NOW)
    Membership.objects.filter(enrolment=rows[0]).update(ended_on=TODAY, end_reason="moved")
    note_willing(cohort=cast.cohort, person=cast.tomas, most_groups=3, by=cast.ines, at=NOW)
    proposal = propose(cohort=cast.cohort, by=cast.ines, at=NOW)
    Event.objects.all().delete()
    begins = cast.cohort.starts_on
    made = publish(cohort=cast.cohort, version=proposal.version, on=begins, by=cast.ines, at=NOW).groups
    assert [group.name for group in made] == ["Acacia", "Alder"]
    stays = Membership.objects.filter(group__in=made)
    # From their enrolment, and after an earlier stay.
    assert {stay.enrolment_id: stay.started_on for stay in stays} == {
        **{row.pk: begins for row in rows[1:]},
        rows[0].pk: TODAY,
        late.pk: TODAY,
    }
    record = Membership.history.filter(enrolment=late).get()
    assert (record.history_user, record.history_change_reason) == (cast.ines, "groups formed")
    assert {m.person for m in Mentorship.objects.filter(group__in=made)} == {cast.tomas}
    assert {group.plan_items.count() for group in made} == {4}
    assert list(Event.objects.values_list("kind", "ids").order_by("pk")) == [
        ("group_formed", {"group": group.pk}) for group in made
    ]
    assert not Proposal.objects.exists()
    with pytest.raises(Refused, match="published or deleted"):
        publish(cohort=cast.cohort, version=proposal.version, on=begins, by=cast.ines, at=NOW)


def test_publish_lets_the_plans_begin_next_week_and_goes_around_breaks(cast: Cast) -> None:
    waiting(cast, 3)
    proposal = propose(cohort=cast.cohort, by=cast.ines, at=NOW)
    cast.cohort.pauses.create(starts_on=date(2026, 9, 28), ends_on=date(2026, 10, 4))
    seen: dict[str, Any] = {"cohort": cast.cohort, "version": proposal.version, "by": cast.ines, "at": NOW}
    (made,) = publish(**seen, on=TODAY, is_next_week=True).groups
    assert [str(item.due_on) for item in made.plan_items.in_order()] == [
        "2026-09-27", "2026-10-11", "2026-10-18", "2026-10-25",
    ]  # fmt: skip


def test_publish_refuses_what_was_not_seen_and_who_has_a_group_by_now(cast: Cast) -> None:
    rows = waiting(cast, 3)
    proposal = propose(cohort=cast.cohort, by=cast.ines, at=NOW)
    group = proposal.groups.get()
    lock_proposed_group(group=group, is_locked=True, by=cast.zoe, at=NOW)
    seen = {"cohort": cast.cohort, "on": TODAY, "by": cast.ines, "at": NOW}
    with pytest.raises(Refused, match="Zoe Lind has changed the proposal since you opened it"):
        publish(version=proposal.version, **seen)
    join_group(enrolment=rows[1], group=cast.clover, on=TODAY, by=cast.ines, at=NOW)
    with pytest.raises(Refused, match=r"no longer enrolled: Waiting 01\. Remove them"):
        publish(version=proposal.version + 1, **seen)
    assert Group.objects.count() == 2
    delete_proposal(cohort=cast.cohort, by=cast.ines, at=NOW)
    assert not ProposedStay.objects.exists()


def test_group_that_was_formed_anew_is_not_written_back(cast: Cast) -> None:
    (row, *_) = waiting(cast, 6)
    proposal = propose(cohort=cast.cohort, by=cast.ines, at=NOW)
    seen = proposal.groups.order_by("pk").first()
    assert seen is not None
    lock_proposed_group(group=proposal.groups.get(pk=seen.pk), is_locked=True, by=cast.ines, at=NOW)
    edit_proposed_group(group=seen, name="Maple", mentor=None, by=cast.ines, at=NOW)
    assert proposal.groups.filter(name="Maple", is_locked=True).exists()
    delete_proposal(cohort=cast.cohort, by=cast.ines, at=NOW)
    anew = propose(cohort=cast.cohort, by=cast.ines, at=NOW + timedelta(minutes=1))
    with pytest.raises(Refused, match="no longer proposed"):
        edit_proposed_group(group=seen, name="Oak", mentor=None, by=cast.ines, at=NOW)
    with pytest.raises(Refused, match="no longer proposed"):
        place(enrolment=row, group=seen, by=cast.ines, at=NOW)
    # The proposal that was looked at before is not this one.
    assert anew.version > proposal.version + 10
    with pytest.raises(Refused, match="changed the proposal"):
        publish(cohort=cast.cohort, version=proposal.version, on=TODAY, by=cast.ines, at=NOW)


def test_propose_refuses_without_anybody_and_in_a_closed_cohort(cast: Cast) -> None:
    with pytest.raises(Refused, match="Every enrolled student is in a group"):
        propose(cohort=cast.cohort, by=cast.ines, at=NOW)
    cast.cohort.closed_on = TODAY
    with pytest.raises(PermissionDenied, match=r"Autumn 2026 is closed\. Reopen it first\."):
        propose(cohort=cast.cohort, by=cast.ines, at=NOW)


def test_note_wish_replaces_the_one_of_the_same_two(cast: Cast) -> None:
    ana, bruno = cast.enrolment("ana"), cast.enrolment("bruno")
    first, before = note_wish(one=bruno, other=ana, kind="together", by=cast.ines, at=NOW)
    wish, replaced = note_wish(one=ana, other=bruno, kind="apart", by=cast.ines, at=NOW)
    assert (str(wish), ana.wishes_as_one.count()) == ("Ana Ruivo and Bruno Sá apart", 1)
    assert (before, replaced, replaced and replaced.kind) == (None, first, "together")
    with pytest.raises(Refused, match="two different"):
        note_wish(one=ana, other=ana, kind="apart", by=cast.ines, at=NOW)
    with pytest.raises(Refused, match="different cohorts"):
        note_wish(one=ana, other=EnrolmentFactory.create(), kind="apart", by=cast.ines, at=NOW)


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one write at a time")
@pytest.mark.django_db(transaction=True)
def test_of_two_who_publish_at_once_one_does(transactional_db: None) -> None:
    cast = make_cast()
    waiting(cast, 6)
    proposal = propose(cohort=cast.cohort, by=cast.ines, at=NOW)
    both, answers = Barrier(2), []

    def try_it(by: object) -> None:
        both.wait()
        try:
            made = publish(cohort=cast.cohort, version=proposal.version, on=TODAY, by=by, at=NOW)
            answers.append(len(made.groups))
        except Refused as error:
            answers.append(str(error))
        finally:
            connection.close()

    threads = [Thread(target=try_it, args=[person]) for person in (cast.ines, cast.zoe)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers, key=str) == [2, "Somebody else has published or deleted these groups."]
    assert (Group.objects.count(), Membership.objects.count()) == (4, 12)


@pytest.mark.django_db(transaction=True)
def test_groups_are_published_while_others_form_or_change_them() -> None:
    """All of them lock the cohort before its proposal, or the proposal alone: none ends in a deadlock."""
    cast = make_cast()
    student, *_ = waiting(cast, 6)
    proposal = propose(cohort=cast.cohort, by=cast.ines, at=NOW)
    placed, *others = held_up(
        lambda: Proposal.objects.select_for_update().get(),
        lambda: place(enrolment=student, group=None, by=cast.ines, at=NOW),
        lambda: propose(cohort=cast.cohort, by=cast.ines, at=NOW),
        lambda: publish(cohort=cast.cohort, version=proposal.version, on=TODAY, by=cast.ines, at=NOW),
    )
    assert placed is None
    assert all(isinstance(each, Proposal | Refused) for each in others)
    assert (Proposal.objects.count(), cast.cohort.groups.count()) == (1, 2)
