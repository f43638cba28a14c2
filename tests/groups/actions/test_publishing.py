"""Publishing is undone while nobody has heard of it."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from groups.actions.enrolment import join_group
from groups.actions.forming import note_willing, propose
from groups.actions.meeting import set_meeting
from groups.actions.mentorship import note_away_from
from groups.actions.publishing import publish, undo_publishing
from groups.models import (
    Enrolment,
    Group,
    Membership,
    MentorAway,
    Mentorship,
    PlanItem,
    Proposal,
    ProposedStay,
)
from lib.refusals import Refused
from people.actions.accounts import invite_many
from people.models import Deed, Invitation, User
from people.outbox import UNDONE_SOON
from tests.conftest import NOW, TODAY, Cast
from tests.factories.courses import CohortFactory
from tests.factories.groups import MentorAwayFactory
from tests.factories.people import UserFactory
from tests.factories.tracker import CheckInFactory
from tests.groups.actions.test_forming import proposed, waiting
from tests.mails import deliver

SOON = NOW + timedelta(minutes=9)


def publish_six(cast: Cast, **fields: Any) -> list[Enrolment]:
    """Two groups, mentored by Tomás; who can sign in hears of them, the others are invited."""
    rows = waiting(cast, 6)
    User.objects.filter(pk__in=[row.person_id for row in rows[:2]]).update(last_login=NOW)
    note_willing(cohort=cast.cohort, person=cast.tomas, most_groups=3, by=cast.ines, at=NOW)
    proposal = propose(cohort=cast.cohort, by=cast.ines, at=NOW)
    seen = {"cohort": cast.cohort, "version": proposal.version, "on": TODAY, "by": cast.ines, "at": NOW}
    publish(**seen | {"is_inviting": True} | fields)
    return rows


def undo(cast: Cast, at: datetime = SOON) -> Proposal:
    return undo_publishing(
        cohort=cast.cohort, published_at=NOW, starts_on=cast.cohort.starts_on, by=cast.ines, at=at
    )


def test_what_was_published_is_proposed_again_and_nobody_hears_of_it(cast: Cast) -> None:
    before, plans = set(Group.objects.all()), PlanItem.objects.count()
    rows = publish_six(cast)
    undo(cast)
    assert set(Group.objects.all()) == before
    assert PlanItem.objects.count() == plans
    assert not Membership.objects.filter(enrolment__in=rows).exists()
    assert not Mentorship.objects.exclude(group__in=before).exists()
    assert {name: len(people) for name, people in proposed(cast).items()} == {"Acacia": 3, "Alder": 3}
    proposal = Proposal.objects.get()
    assert {(group.mentor, group.is_locked) for group in proposal.groups.all()} == {(cast.tomas, True)}
    assert not Invitation.objects.exists()
    assert deliver(NOW) == deliver(NOW + timedelta(days=1)) == []
    record = Membership.history.filter(enrolment=rows[0]).latest("history_id")
    assert (record.history_type, record.history_user, record.history_date) == ("-", cast.ines, SOON)
    assert record.history_change_reason == "publishing undone"
    with pytest.raises(Refused, match="already undone"):
        undo(cast)
    # Publishing and its undo are both for the course admins to read, with whom they concern.
    deeds = Deed.objects.order_by("pk").exclude(what__startswith="enrolled")
    assert [(deed.what, deed.count) for deed in deeds] == [
        (f"made {{people}} mentors of groups of {cast.cohort}", 1),
        (f"published groups of {cast.cohort}: {{people}}", 6),
        (f"undid publishing groups of {cast.cohort}: {{people}}", 7),
    ]
    # They can be published as they are.
    publish(cohort=cast.cohort, version=proposal.version, on=TODAY, is_inviting=True, by=cast.ines, at=SOON)
    assert len({mail.to[0] for mail in deliver(SOON + UNDONE_SOON)}) == 7


def test_a_mentor_who_said_to_be_away_is_away_from_groups_that_are_published(cast: Cast) -> None:
    yusuf = UserFactory.create(name="Yusuf Kaya", email="yusuf@example.com", last_login=NOW)
    cast.course.admins.create(person=yusuf, added_at=NOW)
    before = MentorAwayFactory.create(
        mentorship=cast.juniper.mentorships.get(), starts_on=date(2026, 9, 21), ends_on=date(2026, 9, 25)
    )
    publish_six(cast)
    new = list(Group.objects.filter(name__in=["Acacia", "Alder"]))
    assert [len(group.mentors_on(day)) for group in new for day in (TODAY, before.starts_on)] == [1, 0, 1, 0]
    # Nothing was said anew, so it can be undone, and nobody hears of it.
    undo(cast)
    assert list(MentorAway.objects.all()) == [before]
    assert deliver(NOW + UNDONE_SOON) == []
    version = Proposal.objects.get().version
    publish(cohort=cast.cohort, version=version, on=TODAY, by=cast.ines, at=SOON)
    told = {str(mail.subject) for mail in deliver(SOON + UNDONE_SOON) if mail.to == [yusuf.email]}
    assert told == {f"{name} needs a stand-in Mon 21 to Fri 25 September" for name in ("Acacia", "Alder")}


def test_mails_and_invitations_of_publishing_leave_together_ten_minutes_later(cast: Cast) -> None:
    rows = publish_six(cast)
    assert deliver(SOON) == []
    mails = deliver(NOW + UNDONE_SOON)
    assert {row.person.email for row in rows} <= {mail.to[0] for mail in mails}
    with pytest.raises(Refused, match="The mails have left"):
        undo(cast, NOW + UNDONE_SOON)
    assert ProposedStay.objects.count() == 0


def test_an_invitation_whose_link_was_copied_waits_again_as_before(cast: Cast) -> None:
    rows = waiting(cast, 3)
    (copied,), _ = invite_many(people=[rows[0].person], by=cast.ines, at=NOW - timedelta(days=1))
    Invitation.objects.filter(pk=copied.pk).update(queued_at=None)
    proposal = propose(cohort=cast.cohort, by=cast.ines, at=NOW)
    seen = {"cohort": cast.cohort, "version": proposal.version, "on": TODAY, "by": cast.ines, "at": NOW}
    publish(**seen, is_inviting=True)
    assert Invitation.objects.exclude(queued_at=None).count() == 3
    undo(cast)
    assert list(Invitation.objects.values_list("pk", "queued_at")) == [(copied.pk, None)]


def test_the_start_that_publishing_moved_is_that_of_before(cast: Cast) -> None:
    cohort = CohortFactory.create(
        course=cast.course, title="Winter", starts_on=date(2026, 8, 31), time_zone="Europe/Lisbon"
    )
    rows = waiting(cast, 3)
    Enrolment.objects.filter(pk__in=[row.pk for row in rows]).update(cohort=cohort)
    proposal = propose(cohort=cohort, by=cast.ines, at=NOW)
    seen = {"cohort": cohort, "version": proposal.version, "on": TODAY, "by": cast.ines, "at": NOW}
    publish(**seen, is_next_week=True)
    cohort.refresh_from_db()
    assert cohort.starts_on == date(2026, 9, 21)
    undo_publishing(cohort=cohort, published_at=NOW, starts_on=date(2026, 8, 31), by=cast.ines, at=SOON)
    cohort.refresh_from_db()
    assert cohort.starts_on == date(2026, 8, 31)


def sets_a_meeting(cast: Cast, group: Group) -> None:
    set_meeting(group=group, first=SOON, by=cast.ines, at=SOON)


def moves_somebody(cast: Cast, group: Group) -> None:
    enrolment = group.memberships.order_by("pk")[0].enrolment
    join_group(enrolment=enrolment, group=cast.clover, on=TODAY, by=cast.ines, at=SOON)


def logs_a_check_in(cast: Cast, group: Group) -> None:
    CheckInFactory.create(group=group, logged_by=cast.tomas)


def says_to_be_away(cast: Cast, group: Group) -> None:
    """From both of the new groups, so that each says what the other one does."""
    new = Mentorship.objects.filter(person=cast.tomas, group__gte=group.pk)
    note_away_from(mentorships=new, starts_on=TODAY, ends_on=TODAY, by=cast.tomas, at=SOON)


def proposes_again(cast: Cast, group: Group) -> None:
    waiting(cast, 3, "Later")
    propose(cohort=cast.cohort, by=cast.ines, at=SOON)


@pytest.mark.parametrize(
    ("happens", "refusal"),
    [
        (sets_a_meeting, "have changed since"),
        (moves_somebody, "have changed since"),
        (logs_a_check_in, "Something was recorded"),
        (says_to_be_away, "Something was recorded"),
        (proposes_again, "Delete that proposal first"),
    ],
)
def test_publishing_stays_once_the_groups_are_used(
    cast: Cast, happens: Callable[[Cast, Group], None], refusal: str
) -> None:
    publish_six(cast)
    happens(cast, Group.objects.get(name="Acacia"))
    with pytest.raises(Refused, match=refusal):
        undo(cast)
    assert Group.objects.filter(name__in=["Acacia", "Alder"]).count() == 2
    assert Invitation.objects.exclude(queued_at=None).count() == 5
