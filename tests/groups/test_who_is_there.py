"""Why nobody is there on a day, in words. It is Wednesday 16 September 2026."""

from datetime import date

import pytest
from django.db.models import prefetch_related_objects

from groups.models import Mentorship
from groups.who_is_there import absence_on
from tests.conftest import TODAY, Cast
from tests.factories.groups import MentorAwayFactory, MentorshipFactory
from tests.factories.people import UserFactory

FRIDAY = date(2026, 9, 18)


def away(mentorship: Mentorship, last: int) -> None:
    MentorAwayFactory.create(mentorship=mentorship, starts_on=TODAY, ends_on=date(2026, 9, last))


@pytest.mark.parametrize(
    ("on", "last", "told"),
    [
        (FRIDAY, 18, "Marta is away until Friday; no stand-in yet"),
        (FRIDAY, 24, "Marta is away until 24 Sep; no stand-in yet"),
        (TODAY, 16, "Marta is away today; no stand-in yet"),
        (FRIDAY, 17, ""),
    ],
)
def test_absence_says_until_when(cast: Cast, on: date, last: int, told: str) -> None:
    away(cast.clover.mentorships.get(), last)
    assert absence_on(cast.clover.mentorships.all(), on, TODAY) == told
    # The querysets have the same rule.
    assert cast.clover.mentors_on(on).exists() is (told == "")


def test_absence_ends_with_a_stand_in_who_is_there(cast: Cast, django_assert_num_queries) -> None:
    away(cast.clover.mentorships.get(), 20)
    rita = UserFactory.create(name="Rita Paz")
    stand_in = MentorshipFactory.create(group=cast.clover, person=rita, role="cover", started_on=TODAY)
    assert absence_on(cast.clover.mentorships.all(), FRIDAY, TODAY) == ""
    away(stand_in, 18)
    prefetch_related_objects([cast.clover], "mentorships__person", "mentorships__away")
    with django_assert_num_queries(0):
        told = absence_on(cast.clover.mentorships.all(), FRIDAY, TODAY)
    assert told == "Marta and Rita are away; no stand-in yet"
    Mentorship.objects.filter(group=cast.clover).update(ended_on=FRIDAY)
    assert absence_on(cast.clover.mentorships.order_by("pk"), FRIDAY, TODAY) == "no mentor yet"
