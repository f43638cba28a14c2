from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from groups.dashboards.invitations import invitation_state
from groups.forms.people import PeopleFilterForm
from groups.models import Enrolment, Group
from people.actions.invitations import invite, revoke
from people.models import User
from tests.conftest import NOW, TODAY, Cast
from tests.factories.groups import EnrolmentFactory, GroupFactory, MembershipFactory
from tests.factories.people import UserFactory
from tests.moving import end_enrolment, leave_group


def people(cast: Cast, text: str = "", group: Group | None = None, **chosen: str) -> list[Any]:
    asked = {"q": text, "group": group.pk if group else "", **chosen}
    return list(PeopleFilterForm(asked, cohort=cast.cohort).people(NOW))


def names(cast: Cast, text: str = "", **chosen: Any) -> list[str]:
    return [enrolment.person.get_short_name() for enrolment in people(cast, text, **chosen)]


def test_people_are_who_is_enrolled_by_name(cast: Cast) -> None:
    MembershipFactory.create(person=cast.zoe)
    assert names(cast) == ["Ana", "Bruno", "Chidi", "Dalia", "Emre", "Fátima"]


def test_people_shows_group_and_ended(cast: Cast) -> None:
    leave_group(enrolment=cast.enrolment("ana"), on=TODAY, by=cast.ines, at=NOW)
    end_enrolment(enrolment=cast.enrolment("bruno"), on=TODAY, end_reason="dropped", by=cast.ines, at=NOW)
    end_enrolment(
        enrolment=cast.enrolment("chidi"),
        on=TODAY + timedelta(days=3),
        end_reason="finished",
        by=cast.ines,
        at=NOW,
    )
    assert names(cast) == ["Ana", "Chidi", "Dalia", "Emre", "Fátima"]
    assert names(cast, show="without") == ["Ana"]
    assert names(cast, show="ended") == ["Bruno"]
    assert names(cast, group=cast.clover) == ["Chidi"]
    groups = [[stay.group.name for stay in enrolment.stays] for enrolment in people(cast)]
    assert groups == [[], ["Clover"], ["Juniper"], ["Juniper"], ["Juniper"]]
    assert names(cast, sort="group") == ["Ana", "Chidi", "Dalia", "Emre", "Fátima"]


def test_people_is_sorted_as_asked(cast: Cast) -> None:
    late = MembershipFactory.create(group=GroupFactory.create(cohort=cast.cohort, name="Group 2"))
    last = MembershipFactory.create(group=GroupFactory.create(cohort=cast.cohort, name="Group 10"))
    Enrolment.objects.filter(pk=last.enrolment_id).update(started_on=TODAY)
    EnrolmentFactory.create(cohort=cast.cohort, person=UserFactory.create(name="Zoran"))
    assert names(cast, sort="newest")[0] == last.enrolment.person.get_short_name()
    by_group = names(cast, sort="group")
    assert (by_group[0], by_group[1:4]) == ("Zoran", ["Ana", "Bruno", "Chidi"])
    assert by_group[4:6] == [late.enrolment.person.get_short_name(), last.enrolment.person.get_short_name()]


def test_people_shows_who_never_signed_in(cast: Cast) -> None:
    User.objects.update(last_login=NOW)
    User.objects.filter(pk__in=[cast.person("ana").pk, cast.person("bruno").pk]).update(last_login=None)
    bruno = cast.person("bruno")
    bruno.set_password("a password")
    bruno.save(update_fields=["password"])
    assert names(cast, show="not-signed-in") == ["Ana"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ana", ["Ana"]),
        ("EMRE kaya", ["Emre"]),
        ("example.com", ["Ana", "Bruno", "Chidi", "Dalia", "Emre", "Fátima"]),
        ("zoe", []),
    ],
)
def test_people_searches_names_and_addresses(cast: Cast, text: str, found: list[str]) -> None:
    assert names(cast, text) == found


def test_people_of_a_cohort_that_is_over_shows_who_was_there(cast: Cast) -> None:
    for name in ("ana", "bruno"):
        end_enrolment(enrolment=cast.enrolment(name), on=TODAY, end_reason="finished", by=cast.ines, at=NOW)
    end_enrolment(
        enrolment=cast.enrolment("chidi"), on=date(2026, 9, 1), end_reason="dropped", by=cast.ines, at=NOW
    )
    cast.cohort.closed_on = TODAY
    cast.cohort.save()
    assert names(cast) == ["Ana", "Bruno", "Dalia", "Emre", "Fátima"]
    assert names(cast, show="ended") == ["Chidi"]


def test_people_says_how_each_is_invited(cast: Cast) -> None:
    def invited(name: str, days_ago: int) -> None:
        person = cast.person(name)
        made = invite(email=person.email, name="", by=cast.ines, at=NOW - timedelta(days=days_ago))
        assert made is not None
        made.sent_at = made.invited_at
        made.save()

    invited("ana", 0)
    invited("bruno", 14)
    invited("chidi", 3)
    revoke(invitation=cast.person("chidi").invitations.get(), at=NOW)
    User.objects.filter(pk=cast.person("dalia").pk).update(last_login=NOW)
    User.objects.filter(pk=cast.person("emre").pk).update(is_active=False)
    invitations = [invitation_state(enrolment.person, NOW) for enrolment in people(cast)]
    assert [(invitation.label, invitation.tone) for invitation in invitations] == [
        ("invited on Wed 16 September", "quiet"),
        ("invitation expired on Wed 16 September", "watch"),
        ("invitation revoked", "watch"),
        ("can sign in", "ok"),
        ("account disabled", "quiet"),
        ("not invited", "watch"),
    ]
    with timezone.override("Pacific/Kiritimati"):
        assert invitation_state(people(cast)[0].person, NOW).label == "invited on Thu 17 September"
