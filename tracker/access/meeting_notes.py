"""Notes before meetings: students write their own; mentors and course admins read them.

A student of the group that week reads none of others, whatever else they are by now.
"""

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404

from groups.access import GroupAccess, group_access
from groups.models import Enrolment, Group
from groups.relations import RecordedStay, recorded_stays
from lib.weeks import Week
from people.access import refuse
from people.models import User
from tracker.access.check_ins import locked_week_to_log, week_in_url
from tracker.access.group_weeks import GroupWeek
from tracker.access.progress import MemberAccess, oneself_to_mark
from tracker.models import CheckIn, MeetingItem, MeetingNote
from tracker.models.meeting_note import MeetingItemQuerySet, carried_from
from tracker.standing.facts import Going


def member_to_bring(user: User, group_id: int, iso: str, now: datetime) -> tuple[MemberAccess, Week]:
    """Return the user as a member of a group that is asked before its meetings; 403 to other insiders.

    404 for other weeks than this, the one before, in which a form may have been opened, and the next.
    """
    member = oneself_to_mark(user, group_id, now)
    week, this_week = week_in_url(iso), Week.of(member.access.today)
    if not member.access.group.cohort.asks_before_meeting:
        raise Http404
    if week not in (this_week.previous(), this_week, this_week.next()):
        raise Http404
    return member, week


def note_to_write(user: User, group_id: int, iso: str, now: datetime) -> tuple[MemberAccess, MeetingNote]:
    """Return one's note of a week, or a new one, with the enrolment locked: two devices make one note."""
    access, week = member_to_bring(user, group_id, iso, now)
    Enrolment.objects.select_for_update(of=("self",), no_key=True).get(pk=access.enrolment.pk)
    key = {"enrolment": access.enrolment, "group": access.access.group, "week_starts_on": week.starts_on}
    note = MeetingNote.objects.select_related("changed_by").filter(**key).first()
    return access, note or MeetingNote(**key, version=0)


def item_to_close(user: User, item_id: int, now: datetime) -> MeetingItem:
    """Return an item that the user brings themselves; 403 to other insiders, 404 to strangers."""
    items = MeetingItem.objects.select_related("enrolment__cohort__course").exclude(enrolment=None)
    item = get_object_or_404(items, pk=item_id)
    group_access(user, item.group_id, now)
    if item.enrolment is None or item.enrolment.person_id != user.pk:
        refuse(user, f"close item {item_id} of another student", is_insider=True)
    return item


def studied_with(stays: Iterable[RecordedStay], group_id: int, week: Week, said_at: datetime) -> bool:
    """Whether the person studied in the group in that week, as far as was known when a student told their mentors."""
    return any(stay.group_id == group_id and stay.was_known_in(week, said_at) for stay in stays)


def may_read_said(user: User, group: Group, week: Week, now: datetime) -> bool:
    """Whether who leads a group reads what there is to talk about in a week: not who studied in it then."""
    return not studied_with(recorded_stays(user, now), group.pk, week, now)


def week_to_add_to(user: User, group_id: int, iso: str, now: datetime) -> tuple[GroupAccess, GroupWeek]:
    """Return a week to log, locked, whose private lines the user reads; 403 to who studied in the group then."""
    access, group_week = locked_week_to_log(user, group_id, iso, now)
    if not may_read_said(user, group_week.group, group_week.week, now):
        refuse(
            user, f"add a line for group {group_id} in {iso}, in which they studied there", is_insider=True
        )
    return access, group_week


def said_for_meeting(
    user: User, group_week: GroupWeek, now: datetime
) -> tuple[dict[int, MeetingNote], list[MeetingItem | MeetingNote]]:
    """Return what the students of a week said last before its meeting, by enrolment, and what there is to talk about.

    That is what they bring to it, who is stuck, and private lines; also what the check-in has ticked. Items go along
    with who leaves, and are no longer for the mentors of the group that they left; what was said before a meeting
    stays with it. A cohort that does not ask its students has private lines only.
    """
    group, week, check_in = group_week.group, group_week.week, group_week.check_in
    if not may_read_said(user, group, week, now):
        return {}, []
    stays = recorded_stays(user, now)
    today, since = group.cohort.today(now), _carried_from(group, week)
    asks = group.cohort.asks_before_meeting
    still_here = {stay.enrolment_id for stay in group_week.stays if asks and not stay.has_ended(today)}
    of_meeting = Q(week_starts_on__gt=since, week_starts_on__lte=week.starts_on)
    of_students = Q(enrolment__in=still_here)
    said = Q(enrolment__in=group_week.enrolments, week_starts_on=week.starts_on)
    notes = MeetingNote.objects.filter(said | of_meeting & of_students, group=group)
    last = {
        note.enrolment_id: note
        for note in (notes.order_by("week_starts_on") if asks else ())
        if not studied_with(stays, group.pk, note.week, note.changed_at or now)
    }
    ticked_since = check_in.logged_at if check_in else now
    ticked = Q(state=MeetingItem.State.DONE, closed_at__gte=ticked_since)
    private = Q(enrolment=None, group=group)
    items = MeetingItem.objects.filter(
        Q(state=MeetingItem.State.OPEN) | ticked, of_meeting, of_students | private
    ).select_related("added_by")
    to_talk_about = [
        item
        for item in items.order_by("added_at", "pk")
        if not studied_with(stays, item.group_id, Week.of(group.cohort.today(item.added_at)), item.added_at)
    ]
    # Whoever said since that it goes better is no longer stuck.
    stuck = [
        note
        for note in last.values()
        if note.going == Going.STUCK and (note.closed_at is None or note.closed_at >= ticked_since)
    ]
    return last, [*to_talk_about, *stuck]


def lines_talked_about(user: User, check_in: CheckIn, now: datetime) -> list[MeetingItem]:
    """Return the private lines that a check-in ticked, for who reads its private note."""
    group, stays = check_in.group, recorded_stays(user, now)
    saved_at = check_in.history.values("changed_at")
    lines = MeetingItem.objects.filter(
        group=group, enrolment=None, state=MeetingItem.State.DONE, closed_at__in=saved_at
    )
    return [
        line
        for line in lines.order_by("added_at", "pk")
        if not studied_with(stays, group.pk, Week.of(group.cohort.today(line.added_at)), line.added_at)
    ]


def brought_to(group: Group, week: Week) -> MeetingItemQuerySet:
    """See `MeetingItemQuerySet.brought_to`."""
    return MeetingItem.objects.filter(week_starts_on__gt=_carried_from(group, week))


def _carried_from(group: Group, week: Week) -> date:
    check_ins = group.check_ins.only("week_starts_on", "outcome", "is_besides")
    return carried_from(week, check_ins, group.cohort.pause_periods)
