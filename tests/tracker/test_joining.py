from datetime import date

import pytest

from courses.models import Cohort
from groups.models import Group
from tests.conftest import TODAY, Cast
from tests.factories.tracker import CheckInFactory
from tracker.joining import JoiningDays, joining_day

pytestmark = pytest.mark.django_db


def test_people_join_at_the_start_until_their_group_has_met(cast: Cast) -> None:
    start = cast.cohort.starts_on
    assert joining_day(cast.cohort, TODAY, cast.clover) == joining_day(cast.cohort, TODAY) == start
    CheckInFactory.create(group=cast.clover, logged_by=cast.marta)
    days = JoiningDays(cast.cohort, TODAY)
    assert (days.of(cast.clover), days.of(cast.juniper)) == (TODAY, start)
    assert (days.of(Group(cohort=cast.cohort)), days.of()) == (start, TODAY)


def test_cohort_that_has_not_begun_begins_with_everybody(cast: Cast) -> None:
    Cohort.objects.update(starts_on=date(2026, 10, 5))
    cast.cohort.refresh_from_db()
    CheckInFactory.create(group=cast.clover, logged_by=cast.marta)
    assert joining_day(cast.cohort, TODAY, cast.clover) == date(2026, 10, 5)
