"""Panels that open in a sheet: a group's meeting, check-ins and plan; a student's words, and words about them."""

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.text import capfirst

from lib.days import day_label, day_range_label, relative_day
from lib.weeks import Week
from people.models import User
from questions.models import Question
from tracker.access.check_ins import day_of
from tracker.access.students import student_to_lead
from tracker.dashboards.grid import Member, first_names
from tracker.dashboards.group_overviews import GroupOverview
from tracker.dashboards.help_lines import help_lines_of
from tracker.dashboards.hours import attendance_label, hours_so_far
from tracker.dashboards.meetings import NextMeeting, next_meeting, week_ahead
from tracker.models import AttentionPutAside, CheckIn, CheckInEntry, MeetingItem, MeetingNote
from tracker.standing import Going, GroupStatus, Outcome, Reason, ReasonCode, in_full, words_of
from tracker.standing.facts import STUCK_IN_A_ROW

_CHECK_INS = 3


def group_panel(overview: GroupOverview, status: GroupStatus | None) -> dict[str, Any]:
    """Return a group opened in a sheet.

    Without a status nobody reads what the group itself waits for. `check_ins` are the newest, each with how it went:
    "10 days ago, 40 min"; `due_label` is such as "Indexation Tuesday, RAG 7 Dec".
    """
    group, today, is_over = overview.group, overview.today, overview.is_over
    ahead = [each for each in overview.plan if each.due_on and each.due_on >= today and not is_over]
    newest = list(CheckIn.objects.shared().filter(group=group).newest_first()[:_CHECK_INS])
    check_ins = []
    for each in newest:
        day = relative_day(each.held_on or group.cohort.today(each.logged_at), today)
        how = f"{each.minutes} min" if each.outcome == Outcome.HELD else each.get_outcome_display()
        check_ins.append((each, f"{day}, {how}"))
    reasons = status.reasons if status else ()
    return {
        "group": group,
        "is_over": is_over,
        "check_ins": check_ins,
        "summary": next((each.summary for each in newest if each.summary), ""),
        "due_label": ", ".join(
            f"{each.title} {relative_day(each.due_on, today)}" for each in ahead[:2] if each.due_on
        ),
        "notes": [
            *(f"{capfirst(words_of(reason).full)}." for reason in reasons),
            *(() if is_over else _notes(overview)),
        ],
        "question_count": Question.objects.filter(group=group).open().count(),
    }


def _notes(overview: GroupOverview) -> Iterator[str]:
    """Yield who leaves, who is snoozed, who has an accepted absence, and when a mentor is away."""
    today, names = overview.today, first_names(overview.members)
    for member in overview.members:
        name, facts = names[member.enrolment_id], member.facts
        if leaves_on := member.membership.ended_on:
            yield f"{name} leaves on {day_label(leaves_on, today)}."
        if member.standing.is_set_aside and facts.snooze is not None:
            yield f"{name} is snoozed until {relative_day(facts.snooze.until_on, today)}."
        for absence in facts.absences:
            if absence.ends_on is not None and today <= absence.ends_on:
                yield f"{name} is away {day_range_label(absence.starts_on, absence.ends_on, today)}."
    for mentorship in overview.mentors_now:
        for away in mentorship.away.all():
            if today <= away.ends_on:
                until = day_range_label(away.starts_on, away.ends_on, today)
                yield f"{mentorship.person.get_short_name()} is away {until}."


def student_panel(reader: User, member: Member, overview: GroupOverview) -> dict[str, Any]:
    """Return a student opened in a sheet, as their mentor or a course admin reads them.

    `help_lines` are their requests for help, each with its cell; `why` has the reasons that nothing above it says;
    `private_note` is that of the last check-in, for who may read it.
    """
    access = student_to_lead(reader, member.enrolment_id, overview.now)
    enrolment, today = access.enrolment, overview.today
    note = (
        MeetingNote.objects.filter(enrolment=enrolment, group=overview.group)
        .order_by("-week_starts_on", "-changed_at")
        .first()
    )
    said_at = note.changed_at if note and note.changed_at else access.relations.now
    if note and not access.may_read_words(overview.group.pk, today, note.week, said_at):
        note = None
    check_ins = list(overview.group.check_ins.shared())
    meeting = next_meeting(overview.group, check_ins, overview.now)
    week = week_ahead(overview.group, check_ins, meeting, today) or Week.of(today)
    brought = MeetingItem.objects.brought_to(week, check_ins, overview.group.cohort.pause_periods).open()
    items = [
        item
        for item in brought.filter(enrolment=enrolment)
        if access.may_read_words(
            item.group_id, today, Week.of(overview.group.cohort.today(item.added_at)), item.added_at
        )
    ]
    entry = (
        CheckInEntry.objects.filter(enrolment=enrolment, check_in__group=overview.group)
        .select_related("check_in__group__cohort")
        .order_by("-check_in__week_starts_on")
        .first()
    )
    private_note, entry_label = "", ""
    if entry is not None and not access.may_read_entry(entry.check_in):
        entry = None
    if entry is not None:
        on = day_of(entry.check_in, ZoneInfo(overview.group.cohort.time_zone))
        entry_label = relative_day(on, today)
        if access.may_read_private(entry.check_in, on):
            private_note = entry.check_in.private_note
    counted = CheckInEntry.objects.filter(enrolment=enrolment).with_is_counted().filter(is_counted=True)
    attended = counted.order_by("check_in__held_on").values_list("attendance", "check_in__group__name")
    cells = {cell.planned.id: cell for cell in member.cells}
    help_lines = [
        (line, cells.get(line.milestone_id)) for line in help_lines_of(member, enrolment.cohort, overview.now)
    ]
    reasons = member.standing.reasons
    is_stuck = note is not None and note.going == Going.STUCK
    why = in_full(
        each for each in reasons if not _is_said(each, member, asks=bool(help_lines), is_stuck=is_stuck)
    )
    in_force = AttentionPutAside.objects.in_force(today).filter(enrolment=enrolment)
    aside = in_force.first() if access.sees_attention else None
    return {
        "access": access,
        "enrolment_id": member.enrolment_id,
        "cells": member.cells,
        "help_lines": help_lines,
        "why": why,
        # A request for help is answered first.
        "may_snooze": bool(reasons) and not member.standing.is_set_aside and not member.requests,
        "note": note,
        "note_label": _note_label(note, meeting, relative_day(enrolment.cohort.today(said_at), today))
        if note
        else "",
        "to_bring_up": items,
        "entry": entry,
        "entry_label": entry_label,
        "private_note": private_note,
        "hours_label": hours_so_far(member.facts, member.standing),
        "attendance": attendance_label(attended),
        "aside": aside,
    }


def _is_said(reason: Reason, member: Member, *, asks: bool, is_stuck: bool) -> bool:
    """Whether the panel says it above, or the row and its marks by themselves.

    The row says the worst: of who needs help, or is snoozed, not how far behind they are.
    """
    match reason.code:
        case ReasonCode.NEEDS_HELP:
            return asks
        case ReasonCode.STUCK:
            return is_stuck and reason.count < STUCK_IN_A_ROW
        case ReasonCode.BEHIND:
            return not reason.days and member.words.full == words_of(reason).full
    return False


def _note_label(note: MeetingNote, meeting: NextMeeting | None, said: str) -> str:
    """ "Before tomorrow: stuck" of the meeting that lies ahead, else "Said 3 days ago: stuck"."""
    is_ahead = meeting is not None and note.week == meeting.week
    when = f"Before {relative_day(meeting.on, meeting.today)}" if meeting and is_ahead else f"Said {said}"
    return f"{when}: {note.get_going_display().lower()}"
