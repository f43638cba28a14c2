"""One line says which planned date a group is likely to miss, and one to a student which they are."""

from collections.abc import Callable
from datetime import date

from django.test import Client
from django.urls import reverse

from groups.actions.plan import set_plan
from groups.models import Enrolment
from tests.conftest import NOW, Cast

OWN = "At your pace, LLM basics ends about Sun 11 October, not Sun 6 September."
LINE = "At this pace, LLM basics ends about Sun 11 October, not Sun 6 September."


def told(cast: Cast, as_: Callable[[str], Client]) -> list[bool]:
    pages = (
        ("ana", reverse("tracker:group-detail", args=[cast.clover.pk])),
        ("marta", reverse("tracker:my-groups", query={"group": cast.clover.pk})),
    )
    return [LINE in as_(who).get(address).content.decode() for who, address in pages]


def test_line_is_said_while_the_planned_date_is_missed(cast: Cast, as_: Callable[[str], Client]) -> None:
    assert told(cast, as_) == [False] * 2
    # They agreed on an hour a week, of which the plan needs three.
    Enrolment.objects.filter(memberships__group=cast.clover).update(hours_a_week=1)
    assert told(cast, as_) == [True] * 2
    later = dict.fromkeys((row.pk for row in cast.milestones), date(2026, 12, 13))
    set_plan(group=cast.clover, plan=later, by=cast.marta, at=NOW)
    assert told(cast, as_) == [False] * 2


def test_student_reads_on_the_plan_what_they_are_likely_to_miss_themselves(
    cast: Cast, as_: Callable[[str], Client]
) -> None:
    Enrolment.objects.filter(pk=cast.ana.enrolment_id).update(hours_a_week=1)
    page = reverse("tracker:group-detail", args=[cast.clover.pk])
    assert {name: OWN in as_(name).get(page).text for name in ("ana", "bruno")} == {
        "ana": True,
        "bruno": False,
    }


def test_address_in_mails_of_before_leads_to_the_group(cast: Cast, as_: Callable[[str], Client]) -> None:
    answer = as_("ana").get(reverse("tracker:group-dates", args=[cast.clover.pk]))
    assert answer["Location"] == reverse("tracker:group-detail", args=[cast.clover.pk])
