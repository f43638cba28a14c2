"""Undoes a confirmed import as a whole, as long as nobody has changed or used what it wrote.

Rows that Trefoil derived from it since, as topics and snapshots, never stand in the way: they go along. Nor does an
account that somebody has signed in to: it stays.
"""

from collections import defaultdict
from datetime import datetime
from itertools import batched
from typing import Any

from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import Max, Model
from simple_history.utils import bulk_update_with_history

from lib.history import record_deletions
from lib.references import going_along, is_confidential, keeping, relations_to
from lib.refusals import Refused
from lib.text import joined
from people.actions.invitations import has_signed_in, is_of_others
from people.audit import record
from people.models import Deed, Invitation, User
from people.outbox import without_events
from questions.actions.topics.keeping import wait_for_turn
from questions.actions.topics.representing import leave_topics
from questions.models import Placement, Question
from sheets.actions.jobs import finish_job
from sheets.actions.write_log import is_changed
from sheets.models import ImportJob, SheetImport, WrittenBatch
from sheets.models.sheet_import import UNDONE_WITHIN

# Below SQLite's limit on parameters of a query.
_BATCH = 2_000


@transaction.atomic
@without_events()
def undo(*, sheet_import: SheetImport, by: User, at: datetime) -> SheetImport:
    """Delete what the import made and restore what it changed, in one transaction.

    Raises:
        Refused: it is not confirmed, older than 90 days, or something it wrote was changed, deleted or used since.
            Nothing was undone.
        JobEndedError: its job was cancelled.
    """
    # The topic job takes turns by this lock, so it places no question that goes.
    wait_for_turn(sheet_import.course_id)
    sheet_import = SheetImport.objects.select_for_update(of=("self",)).get(pk=sheet_import.pk)
    if sheet_import.state != SheetImport.State.CONFIRMED:
        raise Refused("This import was never confirmed, or was already undone.")
    if not sheet_import.has_rows(at):
        raise Refused(f"An import can be undone for {UNDONE_WITHIN.days} days.")
    batches = list(sheet_import.written_batches.order_by("position"))
    _leave_accounts_in_use(batches, by)
    made: dict[type[Model], set[int]] = defaultdict(set)
    for batch in batches:
        _check_unchanged(batch)
        made[_model(batch)] |= {row["pk"] for row in batch.rows if row["before"] is None}
    _delete_derived(made, by, at)
    _check_unused(made)
    for batch in reversed(batches):
        _revert(batch, by, at)
    try:
        connection.check_constraints()
    except IntegrityError as error:
        raise Refused("Something else now uses what this import created, so it cannot be undone.") from error
    sheet_import.written_batches.all().delete()
    sheet_import.state = SheetImport.State.UNDONE
    sheet_import.undone_at, sheet_import.undone_by = at, by
    sheet_import.save()
    of = sheet_import.cohort or sheet_import.course
    done = "undid an import into {thing}"
    record(Deed.Kind.IMPORT, done, thing=of, by=by, at=at)
    finish_job(sheet_import, ImportJob.Work.UNDO)
    return sheet_import


def _model(batch: WrittenBatch) -> type[Model]:
    return apps.get_model(batch.model)


def _leave_accounts_in_use(batches: list[WrittenBatch], by: User) -> None:
    """Remove from the batches the people who have signed in since, with the invitations that they accepted.

    The account of a person whom the import invited or corrected may be older than the import. One whose address it
    corrected, and whom others count on since, would fall to the mailbox of before: it stays, too.
    """
    invited = {
        int(row["after"]["person"]) for batch in batches if _model(batch) is Invitation for row in batch.rows
    }
    people = [row for batch in batches if _model(batch) is User for row in batch.rows]
    readdressed = {row["pk"] for row in people if "email" in (row["before"] or {})}
    accounts = sorted({row["pk"] for row in people} | invited)
    kept = {
        person.pk
        for ids in batched(accounts, _BATCH)
        for person in User.objects.select_for_update().filter(pk__in=ids)
        if has_signed_in(person) or (person.pk in readdressed and is_of_others(person, by))
    }
    for batch in batches:
        if _model(batch) is User:
            batch.rows = [row for row in batch.rows if row["pk"] not in kept]
        elif _model(batch) is Invitation:
            batch.rows = [row for row in batch.rows if int(row["after"]["person"]) not in kept]


def _check_unchanged(batch: WrittenBatch) -> None:
    model = _model(batch)
    # Locked: what is changed at this moment is seen, or waits.
    current = model._default_manager.select_for_update().in_bulk([row["pk"] for row in batch.rows])
    different = []
    for row in batch.rows:
        now, after = current.get(row["pk"]), row["after"]
        if row["before"] is None:
            # Others were put before what is new: it moved, and nobody changed it.
            after = {name: value for name, value in after.items() if name != "position"}
        if now is None or is_changed(now, after):
            different.append(str(now) if now is not None else "a deleted row")
    if different:
        raise Refused(
            f"Someone has changed what this import created ({model._meta.verbose_name}: {joined(different, 3)}), so it"
            " can no longer be undone."
        )


def _delete_derived(made: dict[type[Model], set[int]], by: User, at: datetime) -> None:
    """Delete what goes along with the rows that the import made; see `lib.references`."""
    for model, ids in made.items():
        for batch in batched(sorted(ids), _BATCH):
            if model is Question:
                placements = Placement.objects.filter(Placement.goes_along["question"], question__in=batch)
                leave_topics(placements, by=by, at=at, reason="import undone")
            for relation in relations_to(model):
                going_along(relation, batch).delete()


def _check_unused(made: dict[type[Model], set[int]]) -> None:
    """Raises Refused: rows that the import did not make refer to some that it made."""
    for relation, ids in [(relation, ids) for model, ids in made.items() for relation in relations_to(model)]:
        name, own = relation.field.name, made.get(relation.related_model, set())
        for batch in batched(sorted(ids), _BATCH):
            rows = keeping(relation, batch).values_list("pk", name)[: len(own) + _BATCH]
            referred = [pk for other, pk in rows if other not in own]
            if referred and is_confidential(relation.related_model):
                raise Refused(
                    "Other records now use what this import created, so it can no longer be undone."
                )
            if referred:
                what = relation.related_model._meta.verbose_name_plural
                used = [str(row) for row in relation.model._default_manager.in_bulk(referred[:4]).values()]
                raise Refused(
                    f"{what} now use what this import created ({relation.model._meta.verbose_name}: {joined(used, 3)}),"
                    " so it can no longer be undone."
                )


def _revert(batch: WrittenBatch, by: User, at: datetime) -> None:
    model = _model(batch)
    made = model._default_manager.filter(pk__in=[row["pk"] for row in batch.rows if row["before"] is None])
    record_deletions(model, list(made), by=by, at=at, reason="import undone")
    made._raw_delete(made.db)
    changed = {row["pk"]: row["before"] for row in batch.rows if row["before"] is not None}
    rows = list(model._default_manager.filter(pk__in=changed))
    # A later version of Trefoil may have dropped a field.
    there = {field.name for field in model._meta.concrete_fields}
    names = there & {name for old in changed.values() for name in old}
    for row in rows:
        for name in names & changed[row.pk].keys():
            field: Any = model._meta.get_field(name)
            text = changed[row.pk][name]
            setattr(row, field.attname, None if text is None else field.to_python(text))
    if "position" in names:
        _make_way(model, rows)
    if names and hasattr(model, "history"):
        bulk_update_with_history(
            rows,
            model,
            sorted(names),
            batch_size=500,
            default_user=by,
            default_date=at,
            default_change_reason="import undone",
        )
    elif names:
        model._default_manager.bulk_update(rows, sorted(names), batch_size=500)


def _make_way(model: type[Model], rows: list[Any]) -> None:
    """Positions are unique, so rows that swap positions first go after all others."""
    wanted = [row.position for row in rows]
    behind = model._default_manager.aggregate(last=Max("position"))["last"] or 0
    for n, row in enumerate(rows, start=1):
        row.position = behind + n
    model._default_manager.bulk_update(rows, ["position"], batch_size=500)
    for row, position in zip(rows, wanted, strict=True):
        row.position = position
