"""Notes before a meeting, and items to bring up."""

from datetime import datetime

from django.db import transaction

from groups.actions.activity import note_activity
from groups.models import Enrolment, Group
from lib.refusals import Refused
from lib.weeks import Week
from people.models import User
from tracker.access.meeting_notes import brought_to
from tracker.actions.progress import why_read_only
from tracker.actions.steps import settle
from tracker.models import MeetingItem, MeetingNote
from tracker.models.meeting_note import MeetingItemQuerySet

# More than anybody talks about in a meeting.
MOST_ITEMS = 20


@transaction.atomic
def say_before_meeting(*, note: MeetingNote, by: User, at: datetime) -> MeetingNote:
    """Save what a student said. The note comes from `access.meeting_notes.note_to_write`, in the same transaction.

    Raises:
        Refused: they have left, or the cohort is closed.
    """
    _check_open(note.enrolment, at)
    note.touch(by=by, at=at)
    note.save()
    note_activity(enrolment_id=note.enrolment_id, at=at)
    return note


@transaction.atomic
def bring_to_meeting(
    *, enrolment: Enrolment, group: Group, week: Week, text: str, by: User, at: datetime
) -> MeetingItem:
    """Note something to bring to the meeting of a week; what stands there already is not noted twice.

    Raises:
        Refused: they have left, the cohort is closed, or the list is full.
    """
    _check_open(enrolment, at)
    Enrolment.objects.select_for_update(of=("self",), no_key=True).get(pk=enrolment.pk)
    new = MeetingItem(enrolment=enrolment, group=group, week_starts_on=week.starts_on, text=text)
    item = _add(new, brought_to(group, week).filter(enrolment=enrolment), at)
    if item is new:
        note_activity(enrolment_id=enrolment.pk, at=at)
    return item


@transaction.atomic
def add_line(*, group: Group, week: Week, text: str, by: User, at: datetime) -> MeetingItem:
    """Add a private line to a meeting of a group that is locked; what stands there already is not added twice.

    Raises:
        Refused: the list is full.
    """
    new = MeetingItem(added_by=by, group=group, week_starts_on=week.starts_on, text=text)
    return _add(new, brought_to(group, week).filter(enrolment=None, group=group), at)


def remove_line(*, group: Group, item_id: int, by: User) -> None:
    """Remove a private line that this person added.

    Raises:
        Refused: it was talked about, is removed already, or is of somebody else.
    """
    if not MeetingItem.objects.open().filter(pk=item_id, group=group, added_by=by).delete()[0]:
        raise Refused("Not removed: it was talked about, removed already, or added by somebody else.")


def _add(new: MeetingItem, there: MeetingItemQuerySet, at: datetime) -> MeetingItem:
    items = list(there.open())
    same = next((item for item in items if item.text == new.text), None)
    if same is not None:
        return same
    if len(items) >= MOST_ITEMS:
        raise Refused(f"The list has {MOST_ITEMS} items. Tick or remove some first.")
    new.added_at = at
    new.save()
    return new


@transaction.atomic
def close_item(*, item: MeetingItem, state: MeetingItem.State, by: User, at: datetime) -> MeetingItem:
    """Tick or remove an item, or bring it again.

    Raises:
        Refused: they have left, or the cohort is closed.
    """
    assert item.enrolment is not None, "access fetches what a student brings"  # noqa: S101
    _check_open(item.enrolment, at)
    item = MeetingItem.objects.select_for_update(of=("self",)).get(pk=item.pk)
    settle(states={item: state}, by=by, at=at)
    return item


def _check_open(enrolment: Enrolment, at: datetime) -> None:
    if why_read_only(enrolment, at):
        raise Refused("Not saved: you are no longer enrolled, or the cohort was closed.")
