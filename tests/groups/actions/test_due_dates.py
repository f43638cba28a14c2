"""Dates of many groups that move by a pause or with the start: own dates, what was promised, and undo."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from courses.models import Cohort, Pause
from groups.actions.due_dates import add_pause, move_start, remove_pause, undo_move_of_start
from groups.actions.plan import set_plan, undo_plan_change
from groups.models import Enrolment, Group, Mentorship, PlanChange
from groups.promised import promised_before
from lib.refusals import Refused
from people.models import Event
from tests.conftest import NOW, TODAY, Cast, make_cast
from tests.factories.courses import CohortFactory
from tests.moving import end_enrolment
from tests.racing import at_once, held_up

SUNDAYS = [date(2026, 9, 6) + timedelta(weeks=n) for n in range(4)]
WEEK = timedelta(weeks=1)
# The week in which RAG is due.
FIRST, LAST = date(2026, 9, 21), date(2026, 9, 27)
# Before the cohort begins.
FRIDAY = datetime(2026, 8, 28, 10, tzinfo=UTC)


def due(group: Group) -> list[date | None]:
    return list(group.plan_items.order_by("milestone__position").values_list("due_on", flat=True))


def promised_of(*groups: Group) -> dict[tuple[int, int], str]:
    found: dict[tuple[int, int], str] = {}
    for group in groups:
        plan = dict(group.plan_items.values_list("milestone", "due_on"))
        found |= {(group.pk, pk): said for pk, said in promised_before(group.pk, plan, TODAY).items()}
    return found


def pause_of(cast: Cast, *groups: Group, starts_on: date = FIRST, ends_on: date = LAST) -> Pause:
    return add_pause(
        cohort=cast.cohort, title="The holiday", starts_on=starts_on, ends_on=ends_on,
        groups=[group.pk for group in groups], by=cast.ines, at=NOW,
    )  # fmt: skip


def start_moved(cast: Cast, by: timedelta, at: datetime = FRIDAY) -> Cohort:
    return move_start(
        cohort=cast.cohort, starts_on=cast.cohort.starts_on + by, reason="No rooms yet", by=cast.ines, at=at
    )


def test_pause_moves_the_groups_chosen_and_keeps_what_was_promised(cast: Cast) -> None:
    pause = pause_of(cast, cast.clover)
    assert due(cast.clover) == [*SUNDAYS[:3], SUNDAYS[3] + WEEK]
    assert due(cast.juniper) == SUNDAYS
    assert [event.ids["group"] for event in Event.objects.all()] == [cast.clover.pk]
    rag = cast.milestones[3].pk
    promised = promised_of(cast.clover, cast.juniper)
    assert set(promised) == {(cast.clover.pk, rag)}
    assert promised[cast.clover.pk, rag] == "first due Sun 27 September, moved: The holiday"
    assert remove_pause(pause=pause, by=cast.ines, at=NOW) == []
    assert (due(cast.clover), promised_of(cast.clover)) == (SUNDAYS, {})
    assert not cast.cohort.pauses.exists()
    assert Event.objects.count() == 2
    with pytest.raises(Refused, match="already removed"):
        remove_pause(pause=pause, by=cast.ines, at=NOW)


def test_pause_moves_own_dates_like_the_calendar_and_none_into_it(cast: Cast) -> None:
    own = cast.juniper.plan_items.get(milestone=cast.milestones[3])
    own.due_on = date(2026, 9, 24)
    own.save()
    pause = pause_of(cast, cast.clover, cast.juniper)
    assert due(cast.clover)[2:] == [SUNDAYS[2], date(2026, 10, 4)]
    assert due(cast.juniper)[3] == date(2026, 10, 1)
    assert [pause.title for pause in cast.cohort.pauses.all()] == ["The holiday"]
    clover = {row.pk: due for row, due in zip(cast.milestones, due(cast.clover), strict=True)}
    set_plan(group=cast.clover, plan={**clover, cast.milestones[3].pk: None}, by=cast.marta, at=NOW)
    assert remove_pause(pause=pause, by=cast.ines, at=NOW) == [cast.clover]
    assert (due(cast.clover)[3], due(cast.juniper)[3]) == (None, date(2026, 9, 24))
    # The earlier days of the plan that stays are still told once the pause is gone.
    assert PlanChange.objects.filter(undone_at=None).count() == 2


def test_pause_without_groups_moves_nothing(cast: Cast) -> None:
    pause = pause_of(cast)
    assert (due(cast.clover), due(cast.juniper)) == (SUNDAYS, SUNDAYS)
    assert not PlanChange.objects.exists()
    assert remove_pause(pause=pause, by=cast.ines, at=NOW) == []


@pytest.mark.parametrize("day", [FIRST, LAST])
def test_pause_refuses_days_of_another_one_and_moves_nothing(cast: Cast, day: date) -> None:
    cast.cohort.pauses.create(starts_on=day, ends_on=day)
    with pytest.raises(Refused, match="This overlaps"):
        pause_of(cast, cast.clover)
    assert due(cast.clover) == SUNDAYS


def test_pause_takes_the_next_day_and_days_of_other_cohorts(cast: Cast) -> None:
    CohortFactory.create().pauses.create(starts_on=FIRST, ends_on=LAST)
    cast.cohort.pauses.create(starts_on=LAST + timedelta(days=1), ends_on=LAST + timedelta(days=1))
    pause_of(cast)
    assert cast.cohort.pauses.count() == 2


def test_pause_that_puts_a_date_years_away_is_refused(cast: Cast) -> None:
    with pytest.raises(Refused, match="more than two years from the start"):
        pause_of(cast, cast.clover, ends_on=date(2028, 12, 31))
    assert not cast.cohort.pauses.exists()


def test_start_of_a_cohort_that_has_not_begun_moves_with_all_that_hangs_on_it(cast: Cast) -> None:
    """Its weeks begin later, pauses stay on their days, and who begins with it does so still."""
    starts = cast.cohort.starts_on
    # The second week is lost now, the third once it is the second.
    cast.cohort.pauses.create(starts_on=date(2026, 9, 14), ends_on=date(2026, 9, 20))
    own = cast.juniper.plan_items.get(milestone=cast.milestones[3])
    own.due_on = date(2026, 9, 24)
    own.save()
    late = end_enrolment(
        enrolment=cast.enrolment("dalia"), on=starts, end_reason="dropped", reason="", by=cast.ines, at=NOW
    )
    assert start_moved(cast, WEEK).starts_on == starts + WEEK
    assert due(cast.clover)[:2] == [SUNDAYS[1], SUNDAYS[3]]
    assert due(cast.juniper)[3] == own.due_on + WEEK
    begins = set(Enrolment.objects.exclude(moves=late).values_list("started_on", flat=True))
    assert begins == {starts + WEEK}
    assert set(Mentorship.objects.values_list("started_on", flat=True)) == {starts + WEEK}
    ana = cast.enrolment("ana")
    assert list(ana.memberships.values_list("started_on", flat=True)) == [starts + WEEK]
    assert ana.history.latest("history_id").history_user == cast.ines
    moved = {"cohort": cast.cohort, "before": starts, "after": starts + WEEK, "moved_at": FRIDAY}
    with pytest.raises(Refused, match="has started, so its start stays"):
        undo_move_of_start(**moved, by=cast.ines, at=NOW)
    assert undo_move_of_start(**moved, by=cast.ines, at=FRIDAY) == []
    cast.cohort.refresh_from_db()
    assert (cast.cohort.starts_on, due(cast.clover), due(cast.juniper)[3]) == (starts, SUNDAYS, own.due_on)
    assert set(Enrolment.objects.values_list("started_on", flat=True)) == {starts}
    assert promised_of(cast.clover, cast.juniper) == {}
    with pytest.raises(Refused, match="has changed since, so this cannot be undone"):
        undo_move_of_start(**moved, by=cast.ines, at=FRIDAY)
    with pytest.raises(Refused, match="24 August 2026 is over"):
        start_moved(cast, -WEEK)
    with pytest.raises(Refused, match="has started, so its start stays"):
        start_moved(cast, WEEK, at=NOW)


def test_undo_of_a_start_leaves_plans_that_were_changed_since(cast: Cast) -> None:
    starts = cast.cohort.starts_on
    start_moved(cast, WEEK)
    plan = {row.pk: SUNDAYS[3] for row in cast.milestones}
    set_plan(group=cast.juniper, plan=plan, by=cast.ines, at=FRIDAY + timedelta(minutes=1))
    kept = undo_move_of_start(
        cohort=cast.cohort, before=starts, after=starts + WEEK, moved_at=FRIDAY, by=cast.ines, at=FRIDAY
    )
    assert kept == [cast.juniper]
    assert (due(cast.clover), due(cast.juniper)) == (SUNDAYS, [SUNDAYS[3]] * 4)


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
    with pytest.raises(Refused, match="already undone"):
        undo_plan_change(change=change, by=cast.ines, at=NOW)


def test_undo_of_a_plan_change_refuses_if_it_was_changed_again(cast: Cast) -> None:
    plan = dict.fromkeys((row.pk for row in cast.milestones), SUNDAYS[3])
    set_plan(group=cast.clover, plan=plan, by=cast.marta, at=NOW)
    first = PlanChange.objects.get()
    set_plan(group=cast.clover, plan={**plan, cast.milestones[0].pk: None}, by=cast.marta, at=timezone.now())
    with pytest.raises(Refused, match="Clover’s plan has changed since"):
        undo_plan_change(change=first, by=cast.ines, at=NOW)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_undone_first", [True, False])
def test_undo_of_a_plan_change_while_somebody_saves_the_plan(is_undone_first: bool) -> None:
    """Whichever comes first, the plan is the one that was saved, and its change says what was there before."""
    cast = make_cast()
    plan = dict.fromkeys((row.pk for row in cast.milestones), SUNDAYS[3])
    set_plan(group=cast.clover, plan=plan, by=cast.marta, at=NOW)
    first = PlanChange.objects.get()
    basics = cast.milestones[0].pk
    deeds: list[Callable[[], object]] = [
        lambda: undo_plan_change(change=first, by=cast.ines, at=NOW),
        lambda: set_plan(group=cast.clover, plan={**plan, basics: None}, by=cast.marta, at=NOW),
    ]
    items = cast.clover.plan_items.select_for_update()
    held_up(lambda: list(items), *(deeds if is_undone_first else reversed(deeds)))
    assert due(cast.clover) == [None, *[SUNDAYS[3]] * 3]
    first.refresh_from_db()
    before, _ = PlanChange.objects.exclude(pk=first.pk).get().days[str(basics)]
    assert before == (SUNDAYS[0] if first.undone_at else SUNDAYS[3]).isoformat()


@pytest.mark.django_db(transaction=True)
def test_pause_by_two_at_once_moves_dates_once_and_back_once() -> None:
    cast = make_cast()
    outcomes = at_once(*[lambda: pause_of(cast, cast.clover)] * 2)
    (refusal,) = [str(each) for each in outcomes if isinstance(each, Exception)]
    assert "This overlaps “The holiday”" in refusal
    assert due(cast.clover)[3] == SUNDAYS[3] + WEEK
    pause = Pause.objects.get()
    outcomes = at_once(*[lambda: remove_pause(pause=pause, by=cast.ines, at=NOW)] * 2)
    assert [str(each) for each in outcomes if isinstance(each, Exception)] == [
        "This break was already removed."
    ]
    assert due(cast.clover) == SUNDAYS
