from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from groups.actions.enrolment import join_group
from groups.models import Enrolment
from tests.conftest import NOW, TODAY, Cast
from tests.factories.groups import GroupFactory, MembershipFactory
from tests.messages import told

SignIn = Callable[[str], Client]


def url(cast: Cast, deed: str, name: str = "ana") -> str:
    return reverse(f"groups:enrolment-{deed}", args=[cast.enrolment(name).pk])


def stays(cast: Cast, name: str = "ana") -> list[tuple[str, str]]:
    rows = cast.enrolment(name).memberships.order_by("started_on", "pk")
    return [(row.group.name, row.end_reason) for row in rows]


@pytest.mark.parametrize("many", [1, 3, 30])
def test_enrolment_detail_stays_within_its_queries(
    cast: Cast, as_: SignIn, many: int, django_assert_num_queries
) -> None:
    ana = cast.enrolment("ana")
    for n, group in enumerate(GroupFactory.create_batch(many, cohort=cast.cohort)):
        join_group(enrolment=ana, group=group, on=date(2026, 9, 1), by=cast.ines, at=NOW, reason=f"Why {n}")
    browser = as_("ines")
    with django_assert_num_queries(11):
        answer = browser.get(url(cast, "detail"))
    assert len(answer.context["page"].stays) == many + 1


def test_enrolment_move_keeps_why(cast: Cast, as_: SignIn) -> None:
    fields = {
        "move-group": cast.juniper.pk,
        "move-on": "2026-09-16",
        "move-reason": "Evenings suit her better",
    }
    answer = as_("ines").post(url(cast, "move"), fields)
    assert told(answer) == ["Ana Ruivo is in Juniper now."]
    assert stays(cast) == [("Clover", "moved"), ("Juniper", "")]
    page = as_("ines").get(answer["Location"]).content.decode()
    assert "moved to another group): Evenings suit her better" in page


def test_enrolment_move_on_a_day_to_come_says_so(cast: Cast, as_: SignIn) -> None:
    fields = {"move-group": cast.juniper.pk, "move-on": "2026-09-21"}
    answer = as_("ines").post(url(cast, "move"), fields)
    assert told(answer) == ["Ana Ruivo is in Juniper from 21 September 2026 on."]


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        ({"move-group": ""}, {"group": ["This field is required."]}),
        (
            {"move-on": "2026-08-01"},
            {"__all__": ["Ana Ruivo is enrolled since 31 August 2026; choose that day or a later one."]},
        ),
        ({"move-on": "1926-08-01"}, {"on": ["Choose a day between 30 August 2025 and 17 September 2027."]}),
        (
            {"move-reason": "x" * 101},
            {"reason": ["Ensure this value has at most 100 characters (it has 101)."]},
        ),
    ],
)
def test_enrolment_move_says_what_is_wrong(
    cast: Cast, as_: SignIn, fields: dict[str, str], errors: dict[str, list[str]]
) -> None:
    typed = {"move-group": str(cast.juniper.pk), "move-on": "2026-09-16"} | fields
    answer = as_("ines").post(url(cast, "move"), typed)
    assert answer.context["move_form"].errors == errors
    assert answer.context["end_form"].errors == {}
    assert stays(cast) == [("Clover", "")]


def test_enrolment_move_offers_neither_the_own_group_nor_those_of_others(cast: Cast, as_: SignIn) -> None:
    GroupFactory.create(name="Elsewhere")
    form = as_("ines").get(url(cast, "detail")).context["move_form"]
    assert [str(label) for _, label in form["group"].field.choices] == ["Choose a group", "Juniper (3 of 3)"]


def test_enrolment_move_into_a_full_group_is_refused_with_words(cast: Cast, as_: SignIn) -> None:
    MembershipFactory.create(group=cast.juniper)
    answer = as_("ines").post(url(cast, "move"), {"move-group": cast.juniper.pk, "move-on": "2026-09-16"})
    assert "Juniper is full: 4 students, one more than the group size of 3." in answer.content.decode()
    assert stays(cast) == [("Clover", "")]


def test_enrolment_leave_keeps_them_enrolled(cast: Cast, as_: SignIn) -> None:
    answer = as_("ines").post(url(cast, "leave"), {"leave-on": "2026-09-16", "leave-reason": ""})
    assert told(answer) == ["Ana Ruivo was removed from Clover and is still enrolled."]
    assert stays(cast) == [("Clover", "moved")]
    again = as_("ines").post(url(cast, "leave"), {"leave-on": "2026-09-16"})
    assert again.context["leave_form"].non_field_errors() == ["Ana Ruivo is in no group."]


def test_enrolment_end_wants_a_reason(cast: Cast, as_: SignIn) -> None:
    answer = as_("ines").post(url(cast, "end"), {"end-on": "2026-09-16"})
    assert answer.context["end_form"].errors == {"reason": ["This field is required."]}
    answer = as_("ines").post(url(cast, "end"), {"end-on": "2026-08-01", "end-reason": "dropped"})
    assert answer.context["end_form"].non_field_errors() == [
        "Ana Ruivo started on 31 August 2026; choose a later day."
    ]
    assert Enrolment.objects.get(pk=cast.enrolment("ana").pk).ended_on is None


def test_enrolment_end_keeps_the_page_without_its_forms(cast: Cast, as_: SignIn) -> None:
    answer = as_("ines").post(url(cast, "end"), {"end-on": "2026-09-16", "end-reason": "dropped"})
    assert told(answer) == ["The enrolment of Ana Ruivo ended: dropped out. Their data is kept."]
    ended = Enrolment.objects.get(pk=cast.enrolment("ana").pk)
    assert (ended.ended_on, ended.end_reason, stays(cast)) == (TODAY, "dropped", [("Clover", "dropped")])
    page = as_("ines").get(answer["Location"]).content.decode()
    assert "dropped out on 16 September 2026" in " ".join(page.split())
    assert "End the enrolment" not in page
