"""What opens in place in a sheet: a group's meeting, check-ins and plan; what a student said, and was said of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db.models import Count, Q
from django.utils.text import capfirst

from groups.models import Group
from lib.days import day_range_label
from lib.relative_days import relative_day
from lib.weeks import Week
from questions.models import Question
from tracker.access.check_ins import day_of
from tracker.access.students import StudentAccess
from tracker.dashboards.grid import Member, ProgressCell, first_names
from tracker.dashboards.group_overviews import GroupOverview
from tracker.dashboards.hours import attendance_label, hours_so_far
from tracker.models import AttentionPutAside, CheckIn, CheckInEntry, CodeReview, MeetingItem, MeetingNote
from tracker.standing import Attendance, GroupStatus, Outcome

_CHECK_INS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupPanel:
    """A group opened in a sheet; `check_ins` are the newest, each with how it went: "10 days ago, 40 min"."""

    group: Group
    check_ins: tuple[tuple[CheckIn, str], ...]
    # "Indexation Tuesday, RAG 7 Dec".
    due_label: str
    notes: tuple[str, ...]
    review_count: int
    question_count: int

    @property
    def summary(self) -> str:
        return next((check_in.summary for check_in, _ in self.check_ins if check_in.summary), "")


def group_panel(overview: GroupOverview, status: GroupStatus | None) -> GroupPanel:
    """Without a status nobody reads what the group itself waits for. Four queries, and one for mentors who are away."""
    group, today = overview.group, overview.today
    ahead = [each for each in overview.plan if each.due_on and each.due_on >= today]
    return GroupPanel(
        group=group,
        check_ins=tuple(
            (each, _how_it_went(each, overview))
            for each in CheckIn.objects.shared().filter(group=group).newest_first()[:_CHECK_INS]
        ),
        due_label=", ".join(
            f"{each.title} {relative_day(each.due_on, today)}" for each in ahead[:2] if each.due_on
        ),
        notes=(
            *(f"{capfirst(reason.text)}." for reason in (status.reasons if status else ())),
            *_notes(overview),
        ),
        review_count=CodeReview.objects.filter(group=group).exclude(state=CodeReview.State.APPROVED).count(),
        question_count=Question.objects.filter(group=group).open().count(),
    )


def _how_it_went(check_in: CheckIn, overview: GroupOverview) -> str:
    day = check_in.held_on or overview.group.cohort.today(check_in.logged_at)
    how = f"{check_in.minutes} min" if check_in.outcome == Outcome.HELD else check_in.get_outcome_display()
    return f"{relative_day(day, overview.today)}, {how}"


def _notes(overview: GroupOverview) -> Iterator[str]:
    """Yield who is snoozed, who has an accepted absence, and when a mentor is away."""
    today, names = overview.today, first_names(overview.members)
    for member in overview.members:
        name, facts = names[member.enrolment_id], member.facts
        if member.standing.is_set_aside and facts.set_aside_until is not None:
            yield f"{name} is snoozed until {relative_day(facts.set_aside_until, today)}."
        for absence in facts.absences:
            if absence.ends_on is not None and today <= absence.ends_on:
                yield f"{name} is away {day_range_label(absence.starts_on, absence.ends_on, today)}."
    for mentorship in overview.mentors_now:
        for away in mentorship.away.all():
            if today <= away.ends_on:
                until = day_range_label(away.starts_on, away.ends_on, today)
                yield f"{mentorship.person.get_short_name()} is away {until}."


@dataclass(frozen=True, slots=True, kw_only=True)
class StudentPanel:
    """A student opened in a sheet, as their mentor or a course admin reads them."""

    access: StudentAccess
    member: Member
    name: str
    # Why they need somebody, all reasons.
    why: str
    note: MeetingNote | None
    note_label: str
    items: tuple[MeetingItem, ...]
    entry: CheckInEntry | None
    entry_label: str
    # The private note of that check-in, for who may read it.
    private_note: str
    hours_label: str
    attendance: str
    aside: AttentionPutAside | None

    @property
    def enrolment_id(self) -> int:
        return self.member.enrolment_id

    @property
    def cells(self) -> tuple[ProgressCell, ...]:
        return self.member.cells

    @property
    def needs_help(self) -> bool:
        return bool(self.member.requests)

    @property
    def may_snooze(self) -> bool:
        """Whoever waits for help is answered first."""
        return bool(self.why) and self.aside is None and not self.needs_help


def student_panel(access: StudentAccess, member: Member, overview: GroupOverview) -> StudentPanel:
    """Five queries."""
    enrolment, today = access.enrolment, overview.today
    note = (
        MeetingNote.objects.filter(enrolment=enrolment, group=overview.group)
        .order_by("-week_starts_on", "-changed_at")
        .first()
    )
    said_at = note.changed_at if note and note.changed_at else access.relations.now
    if note and not access.may_read_words(overview.group.pk, today, note.week, said_at):
        note = None
    items = [
        item
        for item in MeetingItem.objects.open().filter(enrolment=enrolment, group=overview.group)
        if access.may_read_words(
            overview.group.pk, today, Week.of(overview.group.cohort.today(item.added_at)), item.added_at
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
    counts = CheckInEntry.objects.filter(enrolment=enrolment, check_in__outcome=Outcome.HELD).aggregate(
        came=Count("pk", filter=Q(attendance=Attendance.PRESENT)), met=Count("pk")
    )
    return StudentPanel(
        access=access,
        member=member,
        name=member.short_name,
        why="; ".join(reason.text for reason in member.standing.reasons),
        note=note,
        note_label=relative_day(enrolment.cohort.today(note.changed_at), today)
        if note and note.changed_at
        else "",
        items=tuple(items),
        entry=entry,
        entry_label=entry_label,
        private_note=private_note,
        hours_label=hours_so_far(member.facts, member.standing),
        attendance=attendance_label(counts["came"], counts["met"]),
        aside=AttentionPutAside.objects.in_force(today).filter(enrolment=enrolment).first()
        if access.sees_attention
        else None,
    )
