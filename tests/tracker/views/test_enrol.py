from typing import Any

import pytest
from django.urls import reverse

from people.models import User
from tests.conftest import NOW, Cast, SignIn
from tests.factories.courses import CohortFactory
from tests.factories.groups import GroupFactory, MembershipFactory
from tests.mails import deliver
from tests.messages import told


def enrolled(cast: Cast) -> set[str]:
    return {row.person.name for row in cast.cohort.enrolments.filter(ended_on=None).select_related("person")}


CAST = {"Ana Ruivo", "Bruno Sá", "Chidi Okafor", "Dalia Haddad", "Emre Kaya", "Fátima Nunes"}


def test_enrol_invites_who_is_new_and_stays_open(cast: Cast, as_: SignIn) -> None:
    url = reverse("tracker:enrol", args=[cast.cohort.pk])
    fields = {
        "name": "Gus Lind",
        "email": "Gus@Example.com",
        "group": cast.clover.pk,
        "started_on": "2026-09-14",
    }
    answer = as_("ines").post(url, fields)
    assert answer["Location"] == url
    assert told(answer) == ["Gus Lind is now in Clover. The invitation to gus@example.com is being sent."]
    gus = User.objects.get(email="gus@example.com")
    stay = gus.enrolments.get().memberships.get()
    assert (stay.group, str(stay.started_on), gus.enrolments.get().enrolled_by) == (
        cast.clover, "2026-09-14", cast.ines,
    )  # fmt: skip
    assert [message.to for message in deliver()] == [["gus@example.com"]]
    assert gus.invitations.get().sent_at is not None


def test_enrol_finds_who_is_known_and_keeps_their_name(cast: Cast, as_: SignIn) -> None:
    User.objects.filter(pk=cast.marta.pk).update(last_login=NOW)
    fields = {"name": "M. P.", "email": "MARTA@example.com", "started_on": "2026-09-16"}
    answer = as_("ines").post(reverse("tracker:enrol", args=[cast.cohort.pk]), fields)
    assert told(answer) == ["Marta Pires is enrolled in Autumn 2026."]
    assert enrolled(cast) == CAST | {"Marta Pires"}
    assert (deliver(), User.objects.filter(name="M. P.").exists()) == ([], False)


def test_enrol_leaves_an_invitation_that_is_on_its_way(cast: Cast, as_: SignIn) -> None:
    other = CohortFactory.create(course=cast.course)
    fields = {"name": "Gus Lind", "email": "gus@example.com", "started_on": "2026-09-16"}
    for cohort in (cast.cohort, other):
        as_("ines").post(reverse("tracker:enrol", args=[cohort.pk]), fields)
    gus = User.objects.get(email="gus@example.com")
    assert (gus.enrolments.count(), gus.invitations.count(), len(deliver())) == (2, 1, 1)


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        ({"email": "gus"}, {"email": ["Enter a valid email address."]}),
        (
            {"name": ""},
            {"__all__": ["This address is new to Trefoil. Enter a name too."]},
        ),
        (
            {"started_on": "1926-09-16"},
            {"started_on": ["Choose a day between 30 August 2025 and 17 September 2027."]},
        ),
        (
            {"group": "999999"},
            {"group": ["Select a valid choice. That choice is not one of the available choices."]},
        ),
        (
            {"email": "tomas@example.com", "group": "juniper"},
            {"__all__": ["Tomás Reis is a mentor of Juniper and cannot be a student in it."]},
        ),
        (
            {"email": "ana@example.com", "group": "juniper"},
            {"__all__": ["Ana Ruivo is in Clover already. Move them from their own page."]},
        ),
    ],
)
def test_enrol_says_what_is_wrong_and_enrols_nobody(
    cast: Cast, as_: SignIn, fields: dict[str, str], errors: dict[str, list[str]]
) -> None:
    typed = {"name": "Gus Lind", "email": "gus@example.com", "started_on": "2026-09-16"} | fields
    if typed.get("group") == "juniper":
        typed["group"] = str(cast.juniper.pk)
    answer = as_("ines").post(reverse("tracker:enrol", args=[cast.cohort.pk]), typed)
    assert answer.context["form"].errors == errors
    assert (enrolled(cast), deliver()) == (CAST, [])
    assert not User.objects.filter(email="gus@example.com").exists()


def test_enrol_refuses_a_full_group_with_words(cast: Cast, as_: SignIn) -> None:
    MembershipFactory.create(group=cast.clover)
    fields = {
        "name": "Gus Lind",
        "email": "gus@example.com",
        "group": cast.clover.pk,
        "started_on": "2026-09-16",
    }
    answer = as_("ines").post(reverse("tracker:enrol", args=[cast.cohort.pk]), fields)
    assert answer.context["form"].non_field_errors() == [
        "Clover is full: 4 students, one more than the group size of 3."
        " Move someone out first, or create another group."
    ]
    assert not User.objects.filter(email="gus@example.com").exists()


def test_enrol_takes_no_group_of_another_cohort(cast: Cast, as_: SignIn) -> None:
    other = GroupFactory.create()
    fields = {"name": "Gus Lind", "email": "gus@example.com", "group": other.pk, "started_on": "2026-09-16"}
    answer = as_("ines").post(reverse("tracker:enrol", args=[cast.cohort.pk]), fields)
    assert set(answer.context["form"].errors) == {"group"}


def test_enrol_keeps_the_person_when_no_mail_can_leave(cast: Cast, as_: SignIn, settings: Any) -> None:
    settings.SENDS_MAIL = False
    fields = {"name": "Gus Lind", "email": "gus@example.com", "started_on": "2026-09-16"}
    answer = as_("ines").post(reverse("tracker:enrol", args=[cast.cohort.pk]), fields)
    assert told(answer) == [
        "Gus Lind is enrolled in Autumn 2026. The invitation to gus@example.com could not be sent. Copy its link"
        " instead."
    ]
    assert User.objects.get(email="gus@example.com").invitations.get().sent_at is None
