"""Note that something needs material, and say what becomes of that."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from courses.models import Course, Material
from people.models import User
from questions.models import MaterialChange, MaterialNeed, NeedNote, Question, Topic

_STATES = MaterialNeed.State


class NeedError(Exception):
    """What was asked contradicts what there is; the message says what to do, for people."""


@dataclass(frozen=True, slots=True)
class Noted:
    """The need that was noted; `note` where one was waiting already, and this word joined it."""

    need: MaterialNeed
    note: NeedNote | None = None


@transaction.atomic
def note_need(
    *, course: Course, thing: Question | Topic | Material, why: str, by: User, at: datetime
) -> Noted:
    """Note that a question, a topic or a material of the course needs material, and why.

    One waits a thing: a second note joins the first.

    Raises:
        NeedError: no word why; a question that is a duplicate.
    """
    if not why.strip():
        raise NeedError("Say in a line why it needs material.")
    # Held, so that two who note it at the same moment do not both find nothing waiting.
    type(thing)._default_manager.select_for_update(no_key=True).filter(pk=thing.pk).values_list("pk").first()
    if isinstance(thing, Question) and thing.duplicate_of_id is not None:
        raise NeedError(f"“{thing}” is a duplicate. Note it at the question that it is a duplicate of.")
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
    """Fetch the need again, so that nobody else changes it in this transaction.

    Raises:
        NeedError: somebody took it back in the meantime.
    """
    row = MaterialNeed.objects.select_for_update(no_key=True).filter(pk=need.pk).first()
    if row is None:
        raise NeedError("It was taken back in the meantime.")
    return row


@transaction.atomic
def take_back_need(*, need: MaterialNeed, by: User, at: datetime) -> None:
    """Delete a need about which nothing was done yet; its history stays.

    Raises:
        NeedError: it is worked on or settled; somebody else noted it too.
    """
    need = locked(need)
    if need.state != _STATES.TO_DO:
        raise NeedError("Something was done about it already, so it stays on the list.")
    if need.notes.exclude(noted_by=by).exists():
        raise NeedError("Somebody else noted it too, so it stays on the list.")
    need._history_user = by  # type: ignore[attr-defined]
    need._history_date = at  # type: ignore[attr-defined]
    need.delete()


@transaction.atomic
def take_back_note(*, note: NeedNote, by: User, at: datetime) -> MaterialNeed:
    """Delete a note that joined a need."""
    need = note.need
    note.delete()
    return need


@transaction.atomic
def start_need(*, need: MaterialNeed, by: User, at: datetime) -> MaterialNeed:
    """Somebody is at it.

    Raises:
        NeedError: as `put_back_need`.
    """
    return _wait(need, _STATES.DOING, by, at)


@transaction.atomic
def put_back_need(*, need: MaterialNeed, by: User, at: datetime) -> MaterialNeed:
    """Something is still to be done: nobody is at it, or what settled it is taken back.

    Raises:
        NeedError: another need of the same thing is waiting.
    """
    return _wait(need, _STATES.TO_DO, by, at)


def _wait(need: MaterialNeed, state: str, by: User, at: datetime) -> MaterialNeed:
    need = locked(need)
    same = {"question": need.question_id, "topic": need.topic_id, "material": need.material_id}
    of = {name: pk for name, pk in same.items() if pk is not None}
    if MaterialNeed.objects.waiting().filter(**of).exclude(pk=need.pk).exists():
        raise NeedError("It was noted anew since, and that need is waiting already.")
    return _enter(need, state, by, at)


@transaction.atomic
def refuse_need(*, need: MaterialNeed, reason: str, by: User, at: datetime) -> MaterialNeed:
    """Nothing will be changed, for a reason.

    Raises:
        NeedError: no reason.
    """
    if not reason.strip():
        raise NeedError("Say why it won't change, for those who noted it.")
    return _enter(locked(need), _STATES.WONT_CHANGE, by, at, reason=reason.strip())


@transaction.atomic
def meet_need(*, need: MaterialNeed, change: MaterialChange, by: User, at: datetime) -> MaterialNeed:
    """The material was changed.

    Raises:
        NeedError: the change is of another course.
    """
    need = locked(need)
    if change.course_id != need.course_id:
        raise NeedError(f"“{change}” was changed in another course.")
    return _enter(need, _STATES.CHANGED, by, at, change=change)


@transaction.atomic
def own_need(*, need: MaterialNeed, owner: User | None, by: User, at: datetime) -> MaterialNeed:
    """A course admin takes care of it, or nobody does any more.

    Raises:
        NeedError: the owner is no course admin of the course.
    """
    need = locked(need)
    if owner is not None and not need.course.admins.filter(person=owner).exists():
        raise NeedError(f"{owner} is no course admin of {need.course}.")
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
