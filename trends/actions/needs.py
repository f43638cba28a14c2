from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from courses.models import Course, Material
from people.models import User
from questions.models import MaterialChange, MaterialNeed, NeedNote, Question, Topic

_STATES = MaterialNeed.State


class NeedError(Exception):
    """The action is not possible. The message tells the user what to do."""


@dataclass(frozen=True, slots=True)
class Noted:
    """`note` is set if the need was waiting already and only a note was added."""

    need: MaterialNeed
    note: NeedNote | None = None


@transaction.atomic
def note_need(
    *, course: Course, thing: Question | Topic | Material, why: str, by: User, at: datetime
) -> Noted:
    """Note that a question, a topic or a material of the course needs better material, and why.

    Each has at most one waiting need: a second note is added to the first.

    Raises:
        NeedError: no reason, or the question is a duplicate.
    """
    if not why.strip():
        raise NeedError("Say in one line why it needs better material.")
    # The lock prevents two people who note it at the same time from creating two needs.
    type(thing)._default_manager.select_for_update(no_key=True).filter(pk=thing.pk).values_list("pk").first()
    if isinstance(thing, Question) and thing.duplicate_of_id is not None:
        raise NeedError(f"“{thing}” is a duplicate. Add this to the original question instead.")
    of = _of(thing)
    waiting = MaterialNeed.objects.waiting().filter(**of).first()
    if waiting is not None:
        note = NeedNote.objects.create(need=waiting, why=why.strip(), noted_at=at, noted_by=by)
        return Noted(waiting, note)
    need = MaterialNeed(
        course=course,
        why=why.strip(),
        noted_at=at,
        noted_by=by,
        state_since=at,
        changed_at=at,
        changed_by=by,
        **of,
    )
    _save(need, by=by, at=at)
    return Noted(need)


def _of(thing: Question | Topic | Material) -> dict[str, Question | Topic | Material]:
    name = "question" if isinstance(thing, Question) else "topic" if isinstance(thing, Topic) else "material"
    return {name: thing}


def locked(need: MaterialNeed) -> MaterialNeed:
    """Fetch the need again, locked for this transaction.

    Raises:
        NeedError: someone removed it.
    """
    row = MaterialNeed.objects.select_for_update(no_key=True).filter(pk=need.pk).first()
    if row is None:
        raise NeedError("Someone removed this from the list.")
    return row


@transaction.atomic
def take_back_need(*, need: MaterialNeed, by: User, at: datetime) -> None:
    """Delete a need that no one has worked on yet. Its history stays.

    Raises:
        NeedError: work on it has started, or someone else noted it too.
    """
    need = locked(need)
    if need.state != _STATES.TO_DO:
        raise NeedError("Work on it has started, so it can't be removed.")
    if need.notes.exclude(noted_by=by).exists():
        raise NeedError("Someone else also asked for this, so it can't be removed.")
    need._history_user = by  # type: ignore[attr-defined]
    need._history_date = at  # type: ignore[attr-defined]
    need.delete()


@transaction.atomic
def take_back_note(*, note: NeedNote, by: User, at: datetime) -> MaterialNeed:
    need = note.need
    note.delete()
    return need


@transaction.atomic
def start_need(*, need: MaterialNeed, by: User, at: datetime) -> MaterialNeed:
    """Raises:
    NeedError: as `put_back_need`.
    """
    return _wait(need, _STATES.DOING, by, at)


@transaction.atomic
def put_back_need(*, need: MaterialNeed, by: User, at: datetime) -> MaterialNeed:
    """Move the need back to "to do".

    Raises:
        NeedError: another need for the same thing is waiting.
    """
    return _wait(need, _STATES.TO_DO, by, at)


def _wait(need: MaterialNeed, state: str, by: User, at: datetime) -> MaterialNeed:
    need = locked(need)
    same = {"question": need.question_id, "topic": need.topic_id, "material": need.material_id}
    of = {name: pk for name, pk in same.items() if pk is not None}
    if MaterialNeed.objects.waiting().filter(**of).exclude(pk=need.pk).exists():
        raise NeedError("It was added again and is already waiting.")
    return _enter(need, state, by, at)


@transaction.atomic
def refuse_need(*, need: MaterialNeed, reason: str, by: User, at: datetime) -> MaterialNeed:
    """Decide that nothing will be changed.

    Raises:
        NeedError: no reason.
    """
    if not reason.strip():
        raise NeedError("Say why it won't change. The people who asked for it will read this.")
    return _enter(locked(need), _STATES.WONT_CHANGE, by, at, reason=reason.strip())


@transaction.atomic
def meet_need(*, need: MaterialNeed, change: MaterialChange, by: User, at: datetime) -> MaterialNeed:
    """Link the change that met the need.

    Raises:
        NeedError: the change is in another course.
    """
    need = locked(need)
    if change.course_id != need.course_id:
        raise NeedError(f"“{change}” was changed in another course.")
    return _enter(need, _STATES.CHANGED, by, at, change=change)


@transaction.atomic
def own_need(*, need: MaterialNeed, owner: User | None, by: User, at: datetime) -> MaterialNeed:
    """Set or remove the owner.

    Raises:
        NeedError: the owner is not a course admin of the course.
    """
    need = locked(need)
    if owner is not None and not need.course.admins.filter(person=owner).exists():
        raise NeedError(f"{owner} is not a course admin of {need.course}.")
    need.owner = owner
    need.touch(by=by, at=at)
    _save(need, by=by, at=at)
    return need


def _enter(
    need: MaterialNeed,
    state: str,
    by: User,
    at: datetime,
    *,
    reason: str = "",
    change: MaterialChange | None = None,
) -> MaterialNeed:
    if need.state != state:
        need.state_since = at
    need.state, need.reason, need.change = state, reason, change
    need.touch(by=by, at=at)
    _save(need, by=by, at=at)
    return need


def _save(need: MaterialNeed, *, by: User, at: datetime) -> None:
    need._history_user = by  # type: ignore[attr-defined]
    need._history_date = at  # type: ignore[attr-defined]
    need.save()
