"""Undo what was saved with a check-in, as far as nobody has touched it since; what was typed is a draft again."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from lib.history import credit
from lib.refusals import Refused
from people.models import User
from people.outbox import tell_undone
from questions.actions import remove_ask, remove_unchanged
from questions.models import Ask
from tracker.access.group_weeks import GroupWeek
from tracker.actions.progress import undo_change
from tracker.models import (
    AgreedStep,
    CheckIn,
    CheckInDraft,
    CheckInEntry,
    CheckInSave,
    MeetingItem,
    MeetingNote,
    Progress,
)

UNDONE_WITHIN = timedelta(minutes=30)
# Fields that a correction does not change, or that record it.
_STAYS = {"id", "version", "changed_at", "changed_by"}


def keep_save(
    *,
    check_in: CheckIn,
    typed: Mapping[str, Sequence[str]],
    steps: list[list[Any]],
    items: list[list[Any]],
    notes: list[list[Any]],
    by: User,
    at: datetime,
) -> CheckInSave:
    """Keep what undoing a save needs.

    Args:
        typed: the fields as they were sent.
        steps: of each step that was closed or reopened: its id, its state now, and the state, day and person before.
        items: the same of things to bring up; `notes`: of who is stuck.
    """
    CheckInSave.objects.filter(check_in=check_in, person=by).delete()
    # PostgreSQL cannot store NUL in JSON.
    fields = {name: [value.replace("\0", "") for value in values] for name, values in typed.items()}
    return CheckInSave.objects.create(
        check_in=check_in, person=by, saved_at=at, fields=fields, steps=steps, items=items, notes=notes
    )


def save_to_undo(check_in: CheckIn, by: User, at: datetime) -> CheckInSave | None:
    """Return the save that the person may undo: their own of the last half hour, and the last one."""
    if check_in.changed_by_id != by.pk or check_in.changed_at is None:
        return None
    if at - check_in.changed_at >= UNDONE_WITHIN:
        return None
    return CheckInSave.objects.filter(check_in=check_in, person=by, saved_at=check_in.changed_at).first()


@transaction.atomic
def undo_check_in(*, group_week: GroupWeek, by: User, at: datetime) -> list[str]:
    """Undo the last save of a check-in: entries, steps, unanswered questions, ticks, its private line and marks.

    Of a correction the version before holds again. `group_week` must come from `access.check_ins.locked_week_to_log`,
    in the same transaction that has the course locked. Return what stays since somebody touched it, in words.

    Raises:
        Refused: it is not their own save, or too old, or the check-in was changed since, or can be logged no
            longer.
    """
    check_in = group_week.check_in
    if refusal := group_week.refusal(group_week.group.cohort.today(at)):
        raise Refused(refusal)
    save = save_to_undo(check_in, by, at) if check_in else None
    if check_in is None or save is None or _last_change(check_in).history_date != save.saved_at:
        raise Refused("This check-in was changed since, or saved too long ago to be undone.")
    # Questions are locked before enrolments.
    questions = list(_remove_questions(check_in, save, at))
    undone, done_at = ("check_in_logged", "meeting_changed"), [save.saved_at]
    tell_undone(*undone, key="check_in", pks=[check_in.pk], done_at=done_at, by=by, at=at)
    stays = [
        *_undo_marks(group_week, save, at),
        *_undo_ticks(save, AgreedStep, save.steps, "the step “{}”"),
        *_undo_ticks(save, MeetingItem, save.items, "“{}”, to talk about"),
        *_undo_ticks(save, MeetingNote, save.notes, "{}"),
        *_remove_steps(check_in, save),
        *questions,
    ]
    # One that was ticked since stays with that check-in.
    MeetingItem.objects.open().filter(
        group=check_in.group, added_at=save.saved_at, added_by=save.person
    ).delete()
    draft = CheckInDraft(group=check_in.group, week_starts_on=check_in.week_starts_on, person=by, saved_at=at)
    if check_in.version == 1:
        for entry in check_in.entries.all():
            credit(entry, by, at)
            entry.delete()
        credit(check_in, by, at)
        # The save goes with it.
        check_in.delete()
        draft.fields = save.fields | {"version": ["0"]}
    else:
        _restore(check_in, save, at)
        draft.fields = save.fields | {"version": [str(check_in.version)]}
        save.delete()
    # One that was begun since is newer.
    CheckInDraft.objects.bulk_create([draft], ignore_conflicts=True)
    return stays


def _last_change(check_in: CheckIn) -> Any:
    return check_in.history.latest("history_date", "history_id")


def _undo_marks(group_week: GroupWeek, save: CheckInSave, at: datetime) -> Iterator[str]:
    changes = Progress.history.filter(
        history_date=save.saved_at,
        history_user=save.person,
        enrolment__in=group_week.enrolments,
    ).values_list("id", "history_id")
    rows = Progress.objects.select_related("enrolment__person", "milestone").in_bulk(dict(changes))
    # Each locks its enrolment: in the one order.
    for pk, change_id in sorted(changes, key=lambda each: rows[each[0]].enrolment_id):
        progress = rows[pk]
        try:
            undo_change(progress=progress, change_id=change_id, by=save.person, at=at)
        except Refused:
            name = progress.enrolment.person.get_short_name()
            yield f"{name}, {progress.milestone}: {progress.get_state_display().lower()}"


def _undo_ticks(
    save: CheckInSave,
    model: type[AgreedStep] | type[MeetingItem] | type[MeetingNote],
    ticked: list[Any],
    name: str,
) -> Iterator[str]:
    manager: Any = model._default_manager
    rows = manager.select_for_update().in_bulk([row[0] for row in ticked])
    for pk, state, *before in ticked:
        row = rows.get(pk)
        if row is None:
            continue
        is_untouched = row.state == state and (
            state == row.State.OPEN or (row.closed_at, row.closed_by) == (save.saved_at, save.person)
        )
        if is_untouched:
            row.state, row.closed_at, row.closed_by_id = before
            manager.bulk_update([row], ["state", "closed_at", "closed_by"])
        else:
            yield f"{name.format(row.text)}: {row.get_state_display()}"


def _remove_steps(check_in: CheckIn, save: CheckInSave) -> Iterator[str]:
    for step in check_in.agreed_steps.select_for_update().filter(
        agreed_at=save.saved_at, agreed_by=save.person
    ):
        if step.state == AgreedStep.State.OPEN:
            step.delete()
        else:
            yield f"the step “{step.text}”: {step.get_state_display()}"


def _remove_questions(check_in: CheckIn, save: CheckInSave, at: datetime) -> Iterator[str]:
    asks = Ask.objects.filter(group=check_in.group_id, asked_at=save.saved_at, logged_by=save.person)
    for ask in asks.select_related("question__cohort").order_by("pk"):
        question = ask.question
        is_new = question.asked_at == save.saved_at
        try:
            if question.answers.filter(answered_at__gte=save.saved_at).exists():
                raise Refused("It was answered since.")
            if not is_new:
                remove_ask(ask=ask, by=save.person, at=at)
            else:
                remove_unchanged(question=question, by=save.person, at=at)
        except Refused:
            yield f"the question “{question}”"


def _restore(check_in: CheckIn, save: CheckInSave, at: datetime) -> None:
    by = save.person
    for record in CheckInEntry.history.filter(check_in=check_in.pk, history_date=save.saved_at):
        before = record.prev_record
        entry = CheckInEntry(pk=record.id) if before is None else before.instance
        credit(entry, by, at)
        if before is None:
            entry.delete()
        else:
            entry.save(force_insert=record.history_type == "-")
    before = _last_change(check_in).prev_record
    for field in CheckIn._meta.concrete_fields:
        if field.name not in _STAYS:
            setattr(check_in, field.attname, getattr(before, field.attname))
    check_in.touch(by=by, at=at)
    check_in.save()
