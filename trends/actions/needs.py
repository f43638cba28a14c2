from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from courses.models import Course, Material
from lib.history import credit
from lib.locking import lock_row
from lib.refusals import Refused
from people.models import User
from questions.models import MaterialChange, MaterialNeed, NeedNote, Question, Topic

_STATES = MaterialNeed.State


@dataclass(frozen=True, slots=True)
class Noted:
    """`note` is set if the need was open already and only a note was added."""

    need: MaterialNeed
    note: NeedNote | None = None


@transaction.atomic
def note_need(
    *, course: Course, thing: Question | Topic | Material, why: str, by: User, at: datetime
) -> Noted:
    """Note that a question, a topic or a material of the course needs better material, and why.

    Each has at most one open need: a second note is added to the first.

    Raises:
        Refused: no reason, or the question is a duplicate.
    """
    if not why.strip():
        raise Refused("Say in one line why it needs better material.")
    # The lock prevents two people who note it at the same time from creating two needs.
    lock_row(type(thing), thing.pk)
    if isinstance(thing, Question) and thing.duplicate_of_id is not None:
        raise Refused(f"“{thing}” is a duplicate. Add this to the original question instead.")
    name = "question" if isinstance(thing, Question) else "topic" if isinstance(thing, Topic) else "material"
    of = {name: thing}
    waiting = MaterialNeed.objects.open().filter(**of).first()
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
    credit(need, by, at)
    need.save()
    return Noted(need)


def locked(need: MaterialNeed) -> MaterialNeed:
    """Fetch the need again, locked for this transaction.

    Raises:
        Refused: someone removed it.
    """
    row = MaterialNeed.objects.select_for_update(no_key=True).filter(pk=need.pk).first()
    if row is None:
        raise Refused("Someone removed this from the list.")
    return row


@transaction.atomic
def remove_need(*, need: MaterialNeed, by: User, at: datetime) -> None:
    """Delete an open need. Its history stays.

    Raises:
        Refused: it is settled, or someone else noted it too.
    """
    need = locked(need)
    if not need.is_open:
        raise Refused("It is settled, so it can't be removed.")
    if need.notes.exclude(noted_by=by).exists():
        raise Refused("Someone else also asked for this, so it can't be removed.")
    credit(need, by, at)
    need.delete()


@transaction.atomic
def set_state(
    *,
    need: MaterialNeed,
    state: str,
    reason: str = "",
    change: MaterialChange | None = None,
    by: User,
    at: datetime,
) -> MaterialNeed:
    """Settle a need by a change, or with the reason why nothing will change; or open it again.

    Raises:
        Refused: another need for the same thing is open; the reason is missing; the change is in another course.
    """
    need, reason = locked(need), reason.strip()
    if state == _STATES.OPEN:
        same = {"question": need.question_id, "topic": need.topic_id, "material": need.material_id}
        of = {name: pk for name, pk in same.items() if pk is not None}
        if MaterialNeed.objects.open().filter(**of).exclude(pk=need.pk).exists():
            raise Refused("It was added again and is open already.")
    if state == _STATES.WONT_CHANGE and not reason:
        raise Refused("Say why it won't change. The people who asked for it will read this.")
    if change is not None and change.course_id != need.course_id:
        raise Refused(f"“{change}” was changed in another course.")
    if need.state != state:
        need.state_since = at
    need.state, need.reason, need.change = state, reason, change
    return _saved(need, by, at)


@transaction.atomic
def assign_need(*, need: MaterialNeed, owner: User | None, by: User, at: datetime) -> MaterialNeed:
    """Set or remove the owner.

    Raises:
        Refused: the owner is not a course admin of the course.
    """
    need = locked(need)
    if owner is not None and not need.course.admins.filter(person=owner).exists():
        raise Refused(f"{owner} is not a course admin of {need.course}.")
    need.owner = owner
    return _saved(need, by, at)


def _saved(need: MaterialNeed, by: User, at: datetime) -> MaterialNeed:
    need.touch(by=by, at=at)
    credit(need, by, at)
    need.save()
    return need
