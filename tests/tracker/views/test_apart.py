"""A wish that two students are not in one group is heard wherever somebody joins one."""

from datetime import date
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from groups.actions.forming import note_wish
from groups.models import Group, Membership
from tests.conftest import NOW, Cast, SignIn
from tests.moving import end_enrolment, leave_group
from tests.sent_form import fields_of

WARNING = "Bruno Sá and Dalia Haddad should be apart, by a wish."


@pytest.fixture
def apart(cast: Cast) -> Cast:
    note_wish(one=cast.enrolment("dalia"), other=cast.enrolment("bruno"), kind="apart", by=cast.ines, at=NOW)
    return cast


def group_of(cast: Cast, name: str) -> str:
    return str(cast.enrolment(name).memberships.get(ended_on=None).group)


@pytest.mark.parametrize(
    ("deed", "name", "is_said"),
    [("move", "bruno", True), ("move", "ana", False), ("swap", "bruno", False), ("swap", "ana", True)],
)
def test_preview_of_a_move_says_whom_a_wish_keeps_apart(
    apart: Cast, as_: SignIn, deed: str, name: str, is_said: bool
) -> None:
    enrolment = apart.enrolment(name)
    # Bruno does not meet Dalia when they change places; with Ana she comes to Bruno.
    fields = {"move-group": apart.juniper.pk} if deed == "move" else {"swap-other": "Dalia Haddad"}
    url = reverse(f"tracker:enrolment-{deed}", args=[enrolment.pk])
    page = as_("ines").post(url, {**fields, f"{deed}-on": "2026-09-16"})
    assert page.status_code == 200
    assert (WARNING in page.text) is is_said


def test_preview_of_a_swap_says_whom_a_wish_keeps_apart(apart: Cast, as_: SignIn) -> None:
    url = reverse("tracker:enrolment-swap", args=[apart.enrolment("bruno").pk])
    page = as_("ines").post(url, {"swap-other": "Emre Kaya", "swap-on": "2026-09-16"})
    assert WARNING in page.text


def test_preview_of_a_return_says_whom_a_wish_keeps_apart(apart: Cast, as_: SignIn) -> None:
    bruno = apart.enrolment("bruno")
    end_enrolment(enrolment=bruno, on=date(2026, 9, 14), end_reason="dropped", by=apart.ines, at=NOW)
    url = reverse("tracker:enrolment-return", args=[bruno.pk])
    page = as_("ines").post(url, {"return-group": apart.juniper.pk, "return-on": "2026-09-16"})
    assert WARNING in page.text


def test_preview_of_many_moves_says_whom_a_wish_keeps_apart(apart: Cast, as_: SignIn) -> None:
    """Both come into a new group together: it is said once."""
    fern = Group.objects.create(cohort=apart.cohort, name="Fern")
    fields: dict[str, Any] = {
        "deed": "move", "asked": "1", "with-group": fern.pk, "with-on": "2026-09-16",
        "enrolment": [apart.enrolment(name).pk for name in ("bruno", "dalia")],
    }  # fmt: skip
    page = as_("ines").post(reverse("tracker:people-bulk", args=[apart.cohort.pk]), fields)
    assert page.text.count(WARNING) == 1


@pytest.mark.parametrize(("name", "is_asked"), [("bruno", True), ("ana", False)])
def test_adding_to_a_group_says_whom_a_wish_keeps_apart(
    apart: Cast, as_: SignIn, name: str, is_asked: bool
) -> None:
    enrolment, ines = apart.enrolment(name), as_("ines")
    leave_group(enrolment=enrolment, on=date(2026, 9, 15), by=apart.ines, at=NOW)
    Membership.objects.filter(pk=apart.emre.pk).delete()
    url = reverse("tracker:students-add", args=[apart.juniper.pk])
    fields = {"add-enrolments": enrolment.pk, "add-on": "2026-09-16"}
    page = ines.post(url, fields)
    if is_asked:
        assert WARNING in page.text
        assert not enrolment.memberships.filter(ended_on=None).exists()
        page = ines.post(url, fields | {"seen": page.context["preview"].key})
    assert page.status_code == 302
    assert group_of(apart, name) == "Juniper"


def test_enrolling_into_a_group_says_whom_a_wish_keeps_apart(apart: Cast, as_: SignIn) -> None:
    bruno, ines = apart.enrolment("bruno"), as_("ines")
    leave_group(enrolment=bruno, on=date(2026, 9, 15), by=apart.ines, at=NOW)
    url = reverse("tracker:enrol", args=[apart.cohort.pk])
    fields = {"email": bruno.person.email, "name": "", "group": apart.juniper.pk, "started_on": "2026-09-16"}
    page = ines.post(url, fields)
    assert WARNING in page.text
    assert not bruno.memberships.filter(ended_on=None).exists()
    sent = fields_of(page.text, "stack") | {"seen": page.context["preview"].key}
    assert ines.post(url, fields | {"seen": sent["seen"]}).status_code == 302
    assert group_of(apart, "bruno") == "Juniper"


def test_a_second_wish_for_two_says_what_it_replaces(apart: Cast, as_: SignIn) -> None:
    url = reverse("groups:wish-list", args=[apart.cohort.pk])
    answer = as_("ines").post(
        url, {"one": apart.enrolment("bruno").pk, "other": apart.enrolment("dalia").pk, "kind": "together"}
    )
    assert [str(message) for message in get_messages(answer.wsgi_request)] == [
        "Noted: Bruno Sá and Dalia Haddad together."
        " It replaces “apart”, which Inês Duarte noted on 16 September 2026."
    ]
