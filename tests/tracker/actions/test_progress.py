import threading
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from lib.refusals import Refused
from tests.conftest import Cast, make_cast
from tests.factories.courses import MaterialFactory, MilestoneFactory
from tests.factories.tracker import ProgressFactory
from tests.moving import end_enrolment
from tracker.actions.progress import (
    find_material,
    last_change_id,
    mark,
    note_hours,
    tick,
    undo_change,
    unmark,
    untick,
    waive,
)
from tracker.models import MaterialTick, Progress
from tracker.standing import ProgressState

State = Progress.State


def now_and_later() -> tuple[datetime, datetime]:
    return timezone.now(), timezone.now() + timedelta(hours=1)


def last_active(cast: Cast, name: str) -> datetime | None:
    enrolment = cast.enrolment(name)
    enrolment.refresh_from_db()
    return enrolment.last_active_at


def kept(progress: Progress) -> list[tuple[str, Decimal | None, str]]:
    records = progress.history.order_by("history_date", "history_id").select_related("history_user")
    return [(record.state, record.hours, record.history_user.name) for record in records]


def test_mark_makes_a_first_row(cast: Cast) -> None:
    now = timezone.now()
    ana = cast.person("ana")
    mark(enrolment=cast.enrolment("ana"), milestone=cast.milestones[1], state=State.WORKING, by=ana, at=now)
    progress = Progress.objects.get()
    assert (progress.enrolment, progress.milestone) == (cast.enrolment("ana"), cast.milestones[1])
    assert (progress.state, progress.state_since, progress.changed_at, progress.changed_by) == (
        State.WORKING, now, now, ana,
    )  # fmt: skip
    assert kept(progress) == [(State.WORKING, None, "Ana Ruivo")]


@pytest.mark.parametrize(
    ("states", "before"),
    [
        (["done"], "not_started"),
        (["working", "need_help", "done"], "need_help"),
        (["working", "done", "working", "done"], "working"),
        (["working"], "working"),
        ([], "not_started"),
    ],
)
def test_unmark_goes_back_to_the_state_before_done(cast: Cast, states: list[str], before: str) -> None:
    bruno, rag = cast.enrolment("bruno"), cast.milestones[3]
    for number, state in enumerate(states):
        at = timezone.now() + timedelta(hours=number)
        mark(enrolment=bruno, milestone=rag, state=state, by=bruno.person, at=at)
    later = timezone.now() + timedelta(days=1)
    for _ in range(2):
        assert unmark(enrolment=bruno, milestone=rag, by=bruno.person, at=later).state == before
    assert [row.state for row in Progress.objects.all()] == ([before] if states else [])


@pytest.mark.parametrize(("minutes", "is_slip"), [(29, True), (30, False)])
def test_mark_what_was_before_soon_after_was_a_slip(cast: Cast, minutes: int, is_slip: bool) -> None:
    asked, clicked = timezone.now() - timedelta(days=8), timezone.now()
    back = clicked + timedelta(minutes=minutes)
    bruno, rag = cast.enrolment("bruno"), cast.milestones[3]
    mark(enrolment=bruno, milestone=rag, state=State.WORKING, by=bruno.person, at=asked)
    mark(enrolment=bruno, milestone=rag, state=State.DONE, by=cast.marta, at=clicked)
    again = mark(enrolment=bruno, milestone=rag, state=State.WORKING, by=cast.marta, at=back)
    assert (again.state_since, again.changed_at) == (asked if is_slip else back, back)


def test_a_request_for_help_made_again_counts_from_now_however_soon(cast: Cast) -> None:
    asked, settled = timezone.now() - timedelta(days=8), timezone.now()
    again = settled + timedelta(minutes=1)
    bruno, rag = cast.enrolment("bruno"), cast.milestones[3]
    mark(enrolment=bruno, milestone=rag, state=State.NEED_HELP, by=bruno.person, at=asked)
    mark(enrolment=bruno, milestone=rag, state=State.WORKING, by=bruno.person, at=settled)
    progress = mark(enrolment=bruno, milestone=rag, state=State.NEED_HELP, by=bruno.person, at=again)
    # Days stay: when work began is no part of the request.
    assert (progress.state_since, progress.started_on) == (again, date(2026, 9, 8))


def test_undoing_done_soon_keeps_since_when_help_is_needed(cast: Cast) -> None:
    asked, done = timezone.now() - timedelta(days=8), timezone.now()
    bruno, rag = cast.enrolment("bruno"), cast.milestones[3]
    mark(enrolment=bruno, milestone=rag, state=State.NEED_HELP, by=bruno.person, at=asked)
    mark(enrolment=bruno, milestone=rag, state=State.DONE, by=bruno.person, at=done)
    back = unmark(enrolment=bruno, milestone=rag, by=bruno.person, at=done + timedelta(minutes=1))
    assert (back.state, back.state_since) == (State.NEED_HELP, asked)


def test_mark_again_keeps_since_when(cast: Cast) -> None:
    now, later = now_and_later()
    ana, rag = cast.enrolment("ana"), cast.milestones[3]
    mark(enrolment=ana, milestone=rag, state=State.NEED_HELP, by=ana.person, at=now)
    again = mark(enrolment=ana, milestone=rag, state=State.NEED_HELP, by=ana.person, at=later)
    assert (again.state_since, again.changed_at) == (now, now)
    done = mark(enrolment=ana, milestone=rag, state=State.DONE, by=cast.marta, at=later)
    assert (done.state_since, done.changed_at, done.changed_by) == (later, later, cast.marta)
    assert kept(done) == [(State.NEED_HELP, None, "Ana Ruivo"), (State.DONE, None, "Marta Pires")]


def test_mark_not_started_where_nothing_is_marked_changes_nothing(cast: Cast) -> None:
    progress = mark(
        enrolment=cast.enrolment("ana"),
        milestone=cast.milestones[0],
        state=State.NOT_STARTED,
        by=cast.person("ana"),
        at=timezone.now(),
    )
    assert progress.pk is None
    assert last_change_id(progress) is None
    assert not Progress.objects.exists()


def test_mark_is_a_sign_of_life_of_the_student_only(cast: Cast) -> None:
    now, later = now_and_later()
    ana = cast.enrolment("ana")
    mark(enrolment=ana, milestone=cast.milestones[0], state=State.DONE, by=cast.marta, at=now)
    assert last_active(cast, "ana") is None
    mark(enrolment=ana, milestone=cast.milestones[0], state=State.DONE, by=ana.person, at=later)
    assert last_active(cast, "ana") == later


def test_mark_refuses_a_milestone_of_another_course(cast: Cast) -> None:
    elsewhere = MilestoneFactory.create(title="Variance")
    with pytest.raises(Refused, match="Variance is not a milestone of the course of Autumn 2026"):
        mark(
            enrolment=cast.enrolment("ana"),
            milestone=elsewhere,
            state=State.DONE,
            by=cast.person("ana"),
            at=timezone.now(),
        )
    assert not Progress.objects.exists()


def test_mark_takes_a_milestone_beyond_the_plan(cast: Cast) -> None:
    beyond = MilestoneFactory.create(course=cast.course, position=9)
    ana = cast.enrolment("ana")
    assert mark(enrolment=ana, milestone=beyond, state=State.DONE, by=ana.person, at=timezone.now()).pk


def change(cast: Cast, name: str) -> list[Refused]:
    """Try every change of progress and return what they are refused with."""
    enrolment, milestone, at = cast.enrolment(name), cast.milestones[0], timezone.now()
    material = MaterialFactory.create(milestone=milestone)
    by = cast.marta
    refusals = []
    for attempt in (
        lambda: mark(enrolment=enrolment, milestone=milestone, state=State.DONE, by=by, at=at),
        lambda: note_hours(enrolment=enrolment, milestone=milestone, hours=Decimal(2), by=by, at=at),
        lambda: waive(enrolment=enrolment, milestone=milestone, by=by, at=at),
        lambda: waive(is_waived=False, enrolment=enrolment, milestone=milestone, by=by, at=at),
        lambda: tick(enrolment=enrolment, material=material, at=at),
        lambda: untick(enrolment=enrolment, material=material, at=at),
    ):
        with pytest.raises(Refused) as refused:
            attempt()
        refusals.append(refused.value)
    return refusals


def test_every_change_is_refused_in_a_closed_cohort(cast: Cast) -> None:
    cast.cohort.closed_on = date(2026, 9, 16)
    cast.cohort.save()
    assert {str(refusal) for refusal in change(cast, "ana")} == {
        "Autumn 2026 was closed on 16 September 2026. Progress can no longer be changed."
    }
    assert not Progress.objects.exists()
    assert not MaterialTick.objects.exists()


def test_every_change_is_refused_once_the_enrolment_has_ended(cast: Cast) -> None:
    end_enrolment(
        enrolment=cast.enrolment("ana"),
        on=date(2026, 9, 15),
        end_reason="dropped",
        by=cast.ines,
        at=timezone.now(),
    )
    assert {str(refusal) for refusal in change(cast, "ana")} == {
        "Ana Ruivo has not been enrolled in Autumn 2026 since 15 September 2026. Progress can no longer be changed."
    }
    assert not Progress.objects.exists()


def test_mark_is_possible_until_the_day_a_cohort_closes(cast: Cast) -> None:
    cast.cohort.closed_on = date(2026, 9, 17)
    cast.cohort.save()
    ana = cast.enrolment("ana")
    assert mark(
        enrolment=ana, milestone=cast.milestones[0], state=State.DONE, by=ana.person, at=timezone.now()
    ).pk


def test_note_hours_keeps_the_state(cast: Cast) -> None:
    now, later = now_and_later()
    ana, rag = cast.enrolment("ana"), cast.milestones[3]
    mark(enrolment=ana, milestone=rag, state=State.WORKING, by=ana.person, at=now)
    progress = note_hours(enrolment=ana, milestone=rag, hours=Decimal("2.5"), by=ana.person, at=later)
    assert (progress.state, progress.state_since, progress.changed_at) == (State.WORKING, now, later)
    assert kept(progress) == [
        (State.WORKING, None, "Ana Ruivo"),
        (State.WORKING, Decimal("2.5"), "Ana Ruivo"),
    ]
    note_hours(enrolment=ana, milestone=rag, hours=Decimal("2.50"), by=ana.person, at=later)
    assert len(kept(progress)) == 2


def test_note_hours_before_the_first_mark(cast: Cast) -> None:
    ana = cast.enrolment("ana")
    note_hours(
        enrolment=ana, milestone=cast.milestones[0], hours=Decimal(1), by=ana.person, at=timezone.now()
    )
    assert [(row.state, row.hours) for row in Progress.objects.all()] == [(State.NOT_STARTED, 1)]


def test_waive_and_unwaive_keep_the_state(cast: Cast) -> None:
    now, later = now_and_later()
    ana, basics = cast.enrolment("ana"), cast.milestones[0]
    mark(enrolment=ana, milestone=basics, state=State.WORKING, by=ana.person, at=now)
    waived = waive(enrolment=ana, milestone=basics, by=cast.marta, at=now)
    assert (waived.state, waived.waived_at, waived.waived_by) == (State.WORKING, now, cast.marta)
    assert waive(enrolment=ana, milestone=basics, by=cast.ines, at=later).waived_by == cast.marta
    expected = waive(is_waived=False, enrolment=ana, milestone=basics, by=cast.ines, at=later)
    assert (expected.state, expected.waived_at, expected.waived_by) == (State.WORKING, None, None)


def test_undo_change_restores_state_since_when_and_hours(cast: Cast) -> None:
    now, later = now_and_later()
    ana, rag = cast.enrolment("ana"), cast.milestones[3]
    note_hours(enrolment=ana, milestone=rag, hours=Decimal("1.5"), by=ana.person, at=now)
    mark(enrolment=ana, milestone=rag, state=State.NEED_HELP, by=ana.person, at=now)
    progress = mark(enrolment=ana, milestone=rag, state=State.DONE, by=cast.marta, at=later)
    change_id = last_change_id(progress)
    assert change_id is not None
    undone = undo_change(progress=progress, change_id=change_id, by=ana.person, at=later)
    undone.refresh_from_db()
    assert (undone.state, undone.state_since, undone.hours) == (State.NEED_HELP, now, Decimal("1.5"))
    assert (undone.changed_at, undone.changed_by) == (later, ana.person)


def test_undo_change_of_a_first_mark_leaves_not_started(cast: Cast) -> None:
    ana, rag = cast.enrolment("ana"), cast.milestones[3]
    progress = mark(enrolment=ana, milestone=rag, state=State.DONE, by=ana.person, at=timezone.now())
    change_id = last_change_id(progress)
    assert change_id is not None
    undone = undo_change(progress=progress, change_id=change_id, by=ana.person, at=timezone.now())
    assert (undone.state, undone.hours, undone.waived_at) == (State.NOT_STARTED, None, None)


def test_undo_change_leaves_what_somebody_else_did_since(cast: Cast) -> None:
    now, later = now_and_later()
    ana, rag = cast.enrolment("ana"), cast.milestones[3]
    progress = mark(enrolment=ana, milestone=rag, state=State.DONE, by=ana.person, at=now)
    change_id = last_change_id(progress)
    assert change_id is not None
    mark(enrolment=ana, milestone=rag, state=State.WORKING, by=cast.marta, at=later)
    with pytest.raises(Refused, match="RAG was changed again, so this cannot be undone"):
        undo_change(progress=progress, change_id=change_id, by=ana.person, at=later)
    progress.refresh_from_db()
    assert progress.state == State.WORKING


def test_tick_twice_keeps_the_first_time(cast: Cast) -> None:
    now, later = now_and_later()
    ana, material = cast.enrolment("ana"), MaterialFactory.create(milestone=cast.milestones[0])
    tick(enrolment=ana, material=material, at=now)
    tick(enrolment=ana, material=material, at=later)
    assert MaterialTick.objects.get().ticked_at == now
    assert last_active(cast, "ana") == later
    untick(enrolment=ana, material=material, at=later)
    untick(enrolment=ana, material=material, at=later)
    assert not MaterialTick.objects.exists()


def test_tick_is_of_all_links_of_a_title(cast: Cast) -> None:
    ana, now = cast.enrolment("ana"), timezone.now()
    basics, prompts = cast.milestones[:2]
    titles = [
        (basics, "Chains (1 of 2)"),
        (basics, "Chains (2 of 2)"),
        (basics, "Trees"),
        (prompts, "Chains"),
    ]
    first, *_ = (MaterialFactory.create(milestone=milestone, title=title) for milestone, title in titles)
    tick(enrolment=ana, material=first, at=now)
    found = {"enrolment": ana, "material": first, "group": cast.clover, "at": now}
    assert find_material(**found, opinion="too_long") == ""
    ticks = MaterialTick.objects.order_by("material").values_list("material__title", "opinion")
    assert list(ticks) == [("Chains (1 of 2)", "too_long"), ("Chains (2 of 2)", "too_long")]
    assert untick(enrolment=ana, material=first, at=now) == "too_long"
    assert not MaterialTick.objects.exists()


def test_tick_refuses_a_material_of_another_course(cast: Cast) -> None:
    with pytest.raises(Refused, match="is not a milestone of the course"):
        tick(enrolment=cast.enrolment("ana"), material=MaterialFactory.create(), at=timezone.now())


def test_progress_has_one_row_a_milestone(cast: Cast) -> None:
    ProgressFactory.create(enrolment=cast.enrolment("ana"), milestone=cast.milestones[0])
    with pytest.raises(IntegrityError), transaction.atomic():
        ProgressFactory.create(enrolment=cast.enrolment("ana"), milestone=cast.milestones[0])


@pytest.mark.skipif(
    connection.vendor == "sqlite",
    reason="SQLite in memory, as in tests, does not let writers wait; in a file they queue (config.settings).",
)
@pytest.mark.django_db(transaction=True)
def test_first_marks_at_the_same_moment_make_one_row() -> None:
    cast = make_cast()
    start = threading.Barrier(4)
    failures: list[BaseException] = []

    def mark_at_once(state: ProgressState) -> None:
        start.wait()
        try:
            mark(
                enrolment=cast.enrolment("ana"),
                milestone=cast.milestones[0],
                state=state,
                by=cast.person("ana"),
                at=timezone.now(),
            )
        except BaseException as failure:
            failures.append(failure)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=mark_at_once, args=[state])
        for state in (State.WORKING, State.NEED_HELP, State.DONE, State.SKIPPED)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    progress = Progress.objects.get()
    assert sorted(state for state, _, _ in kept(progress)) == ["done", "need_help", "skipped", "working"]
