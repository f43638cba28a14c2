from datetime import date

import pytest

from groups.actions.correcting import correct_days
from groups.actions.enrolment import enrol, join_group
from groups.models import Enrolment, Membership
from lib.refusals import Refused
from tests.conftest import NOW, Cast
from tests.moving import end_enrolment

pytestmark = pytest.mark.django_db
LATER = date(2026, 9, 7)


def correct(cast: Cast, start: date, end: date | None = None, **stays: tuple[date, date | None]) -> Enrolment:
    """Correct Ana's days; the stays go by the name of the group."""
    enrolment = cast.enrolment("ana")
    rows = {str(stay.group).lower(): stay.pk for stay in enrolment.memberships.select_related("group")}
    return correct_days(
        enrolment=enrolment,
        days=(start, end),
        stays={rows[name]: days for name, days in stays.items()},
        by=cast.ines,
        at=NOW,
    )


def test_days_are_corrected_with_who_did_it(cast: Cast) -> None:
    correct(cast, LATER, clover=(date(2026, 9, 9), None))
    cast.ana.refresh_from_db()
    assert (cast.ana.enrolment.started_on, cast.ana.started_on) == (LATER, date(2026, 9, 9))
    assert {row.history.latest().history_user for row in (cast.ana, cast.ana.enrolment)} == {cast.ines}


def test_end_that_was_wrong_is_moved_or_removed(cast: Cast) -> None:
    end_enrolment(enrolment=cast.enrolment("ana"), on=LATER, end_reason="dropped", by=cast.ines, at=NOW)
    correct(cast, cast.ana.started_on, date(2026, 9, 9), clover=(cast.ana.started_on, date(2026, 9, 9)))
    cast.ana.refresh_from_db()
    assert (cast.ana.ended_on, cast.ana.end_reason) == (date(2026, 9, 9), "dropped")
    correct(cast, cast.ana.started_on, None, clover=(cast.ana.started_on, None))
    cast.ana.refresh_from_db()
    enrolment = Enrolment.objects.get(pk=cast.ana.enrolment_id)
    assert [(row.ended_on, row.end_reason) for row in (cast.ana, enrolment)] == [(None, ""), (None, "")]


def test_days_that_contradict_each_other_are_refused(cast: Cast) -> None:
    join_group(enrolment=cast.enrolment("ana"), group=cast.juniper, on=LATER, by=cast.ines, at=NOW)
    start = cast.ana.started_on
    before = list(Membership.objects.order_by("pk").values())
    for words, days in (
        ("cannot start before the enrolment", {"start": LATER}),
        ("overlap", {"start": start, "clover": (start, date(2026, 9, 9))}),
        ("the end is before the start", {"start": start, "clover": (LATER, start)}),
        ("must end by", {"start": start, "end": date(2026, 9, 12)}),
        ("overlap", {"start": start, "clover": (start, None)}),
    ):
        with pytest.raises(Refused, match=words):
            correct(cast, **days)
    assert list(Membership.objects.order_by("pk").values()) == before


def test_two_enrolments_never_share_a_day(cast: Cast) -> None:
    end_enrolment(enrolment=cast.enrolment("ana"), on=LATER, end_reason="dropped", by=cast.ines, at=NOW)
    enrol(person=cast.person("ana"), cohort=cast.cohort, started_on=date(2026, 9, 10), by=cast.ines, at=NOW)
    start = cast.ana.started_on
    correct(cast, start, date(2026, 9, 10), clover=(start, LATER))
    with pytest.raises(Refused, match="another enrolment in Autumn 2026, from 10 September 2026 now"):
        correct(cast, start, date(2026, 9, 11), clover=(start, LATER))


def test_reopened_stay_needs_room_and_an_account(cast: Cast) -> None:
    end_enrolment(enrolment=cast.enrolment("ana"), on=LATER, end_reason="dropped", by=cast.ines, at=NOW)
    for name in ("dalia", "emre"):
        join_group(enrolment=cast.enrolment(name), group=cast.clover, on=LATER, by=cast.ines, at=NOW)
    start = cast.ana.started_on
    with pytest.raises(Refused, match="Clover is full"):
        correct(cast, start, None, clover=(start, None))
    ana = cast.person("ana")
    ana.is_active = False
    ana.save()
    with pytest.raises(Refused, match="disabled"):
        correct(cast, start, None)
