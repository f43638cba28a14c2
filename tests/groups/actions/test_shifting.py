"""Shift due dates by days or by a pause: each group's own dates, what was promised, and undo."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from groups.actions.moving import let_end
from groups.actions.plan import PlanError, set_plan, undo_plan_change
from groups.actions.shifting import ShiftError, apply_shift, undo_shift
from groups.models import Enrolment, Group, Mentorship, PlanChange, Shift
from groups.promised import Promised, promised_days
from people.models import Event
from tests.conftest import NOW, TODAY, Cast, make_cast
from tests.racing import at_once

SUNDAYS = [date(2026, 9, 6) + timedelta(weeks=n) for n in range(4)]


def due(group: Group) -> list[date | None]:
    return list(group.plan_items.order_by("milestone__position").values_list("due_on", flat=True))


def promised_of(*groups: Group) -> dict[tuple[int, int], Promised]:
    return promised_days({row.pk: dict(row.plan_items.values_list("milestone", "due_on")) for row in groups})


def shift_of(cast: Cast, **fields: object) -> Shift:
    own = {"from_on": TODAY, "days": 7, "reason": "The holiday"}
    return Shift.objects.create(cohort=cast.cohort, made_by=cast.ines, made_at=NOW, **{**own, **fields})


def test_shift_by_days_moves_who_goes_along_and_keeps_what_was_promised(cast: Cast) -> None:
    shift = shift_of(cast, left_out=[cast.juniper.pk])
    apply_shift(shift=shift, by=cast.ines, at=NOW)
    week = timedelta(weeks=1)
    assert due(cast.clover) == [*SUNDAYS[:2], SUNDAYS[2] + week, SUNDAYS[3] + week]
    assert due(cast.juniper) == SUNDAYS
    assert [event.ids for event in Event.objects.all()] == [{"group": cast.clover.pk}]
    rag = cast.milestones[3].pk
    promised = promised_of(cast.clover, cast.juniper)
    assert set(promised) == {(cast.clover.pk, cast.milestones[2].pk), (cast.clover.pk, rag)}
    assert promised[cast.clover.pk, rag].label(TODAY) == "first due Sun 27 September, moved: The holiday"
    with pytest.raises(ShiftError, match="applied already"):
        apply_shift(shift=shift, by=cast.ines, at=NOW)
    assert undo_shift(shift=shift, by=cast.ines, at=NOW) == []
    assert (due(cast.clover), promised_of(cast.clover)) == (SUNDAYS, {})


def test_pause_moves_own_dates_like_the_calendar_and_none_into_it(cast: Cast) -> None:
    own = cast.juniper.plan_items.get(milestone=cast.milestones[3])
    own.due_on = date(2026, 9, 24)
    own.save()
    # The week of RAG is lost: Monday 21 to Friday 25.
    shift = shift_of(cast, from_on=date(2026, 9, 21), days=0, pause_ends_on=date(2026, 9, 27))
    shift = apply_shift(shift=shift, by=cast.ines, at=NOW)
    assert due(cast.clover)[2:] == [SUNDAYS[2], date(2026, 10, 4)]
    assert due(cast.juniper)[3] == date(2026, 10, 1)
    assert [pause.title for pause in cast.cohort.pauses.all()] == ["The holiday"]
    clover = {row.pk: due for row, due in zip(cast.milestones, due(cast.clover), strict=True)}
    set_plan(group=cast.clover, plan={**clover, cast.milestones[3].pk: None}, by=cast.marta, at=NOW)
    assert undo_shift(shift=shift, by=cast.ines, at=NOW) == [cast.clover]
    assert (due(cast.clover)[3], due(cast.juniper)[3]) == (None, date(2026, 9, 24))
    assert not cast.cohort.pauses.exists()


def test_pause_that_overlaps_moves_nothing(cast: Cast) -> None:
    cast.cohort.pauses.create(starts_on=date(2026, 9, 25), ends_on=date(2026, 9, 25))
    shift = shift_of(cast, from_on=date(2026, 9, 21), days=0, pause_ends_on=date(2026, 9, 27))
    with pytest.raises(ShiftError, match="This overlaps"):
        apply_shift(shift=shift, by=cast.ines, at=NOW)
    assert due(cast.clover) == SUNDAYS
    with pytest.raises(ShiftError, match="more than two years from the start"):
        apply_shift(shift=shift_of(cast, days=900), by=cast.ines, at=NOW)


def test_shift_of_a_cohort_that_has_not_begun_moves_its_start(cast: Cast) -> None:
    """Its weeks begin later, pauses stay on their days, and who begins with it does so still."""
    friday = datetime(2026, 8, 28, 10, tzinfo=UTC)
    starts, week = cast.cohort.starts_on, timedelta(weeks=1)
    # The second week is lost now, the third once it is the second.
    cast.cohort.pauses.create(starts_on=date(2026, 9, 14), ends_on=date(2026, 9, 20))
    own = cast.juniper.plan_items.get(milestone=cast.milestones[3])
    own.due_on = date(2026, 9, 24)
    own.save()
    late = let_end(
        enrolment=cast.enrolment("dalia"), on=starts, end_reason="dropped", reason="", by=cast.ines, at=NOW
    )
    shift = apply_shift(shift=shift_of(cast, from_on=friday.date()), by=cast.ines, at=friday)
    cast.cohort.refresh_from_db()
    assert (cast.cohort.starts_on, shift.start_before) == (starts + week, starts)
    assert due(cast.clover)[:2] == [SUNDAYS[1], SUNDAYS[3]]
    assert due(cast.juniper)[3] == own.due_on + week
    begins = set(Enrolment.objects.exclude(pk=late.enrolment_id).values_list("started_on", flat=True))
    assert begins == {starts + week}
    assert set(Mentorship.objects.values_list("started_on", flat=True)) == {starts + week}
    ana = cast.enrolment("ana")
    assert list(ana.memberships.values_list("started_on", flat=True)) == [starts + week]
    assert ana.history.latest("history_id").history_user == cast.ines
    with pytest.raises(ShiftError, match="has begun since"):
        undo_shift(shift=shift, by=cast.ines, at=NOW)
    undo_shift(shift=shift, by=cast.ines, at=friday)
    cast.cohort.refresh_from_db()
    assert (cast.cohort.starts_on, due(cast.clover)) == (starts, SUNDAYS)
    assert set(Enrolment.objects.values_list("started_on", flat=True)) == {starts}
    with pytest.raises(ShiftError, match="would have begun on 24 August 2026"):
        apply_shift(shift=shift_of(cast, from_on=friday.date(), days=-7), by=cast.ines, at=friday)


def test_change_of_a_plan_has_history_and_undo(cast: Cast) -> None:
    basics, prompts, indexing, rag = (row.pk for row in cast.milestones)
    plan = {basics: SUNDAYS[0], prompts: SUNDAYS[2], rag: None}
    set_plan(group=cast.clover, plan=plan, by=cast.marta, at=NOW, reason="Exams")
    change = PlanChange.objects.get()
    assert (change.made_by, change.reason, change.days) == (
        cast.marta,
        "Exams",
        {
            str(prompts): ["2026-09-13", "2026-09-20"],
            str(indexing): ["2026-09-20", "out"],
            str(rag): ["2026-09-27", None],
        },
    )
    set_plan(group=cast.clover, plan=plan, by=cast.marta, at=NOW)
    assert PlanChange.objects.count() == 1
    undo_plan_change(change=change, by=cast.ines, at=NOW)
    assert due(cast.clover) == SUNDAYS
    with pytest.raises(PlanError, match="undone already"):
        undo_plan_change(change=change, by=cast.ines, at=NOW)


def test_undo_of_a_plan_change_refuses_if_it_was_changed_again(cast: Cast) -> None:
    plan = dict.fromkeys((row.pk for row in cast.milestones), SUNDAYS[3])
    set_plan(group=cast.clover, plan=plan, by=cast.marta, at=NOW)
    first = PlanChange.objects.get()
    set_plan(group=cast.clover, plan={**plan, cast.milestones[0].pk: None}, by=cast.marta, at=timezone.now())
    with pytest.raises(PlanError, match="The plan of Clover was changed since"):
        undo_plan_change(change=first, by=cast.ines, at=NOW)


@pytest.mark.django_db(transaction=True)
def test_shift_by_two_at_once_moves_dates_once() -> None:
    cast = make_cast()
    shift = shift_of(cast)
    outcomes = at_once(*[lambda: apply_shift(shift=shift, by=cast.ines, at=NOW)] * 2)
    assert [str(each) for each in outcomes if isinstance(each, Exception)] == ["This was applied already."]
    assert due(cast.clover)[3] == SUNDAYS[3] + timedelta(weeks=1)
    outcomes = at_once(*[lambda: undo_shift(shift=shift, by=cast.ines, at=NOW)] * 2)
    assert [str(each) for each in outcomes if isinstance(each, Exception)] == ["This is undone already."]
    assert due(cast.clover) == SUNDAYS
