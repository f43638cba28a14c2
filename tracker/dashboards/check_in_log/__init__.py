"""The page to log a check-in: the forms, prefilled, and what is shown beside the fields."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from operator import attrgetter
from zoneinfo import ZoneInfo

from django.forms import BoundField, ModelForm
from django.http import QueryDict

from courses.calendar import teaching_week_number
from courses.models import CourseAdmin
from groups.models import Group
from groups.times import zone_for
from lib.days import day_label
from lib.weeks import Week
from people.models import User
from tracker.access.check_ins import WeekAccess
from tracker.access.group_weeks import GroupWeek, WeekMember, group_week
from tracker.access.meeting_notes import notes_of_week
from tracker.dashboards.check_in_log.notes import with_taken
from tracker.dashboards.check_in_log.prefill import prefill_for
from tracker.dashboards.check_in_log.questions import CheckInQuestion, askable_questions, check_in_questions
from tracker.dashboards.grid import Member
from tracker.dashboards.group_overviews import GroupOverview, group_overview
from tracker.forms.check_in import CheckInForms, Typed
from tracker.forms.check_in_fields import StepStateForm
from tracker.models import CheckInDraft, MeetingItem, MeetingNote
from tracker.standing import Attendance, ReasonCode

# A person with a draft saved at most this long ago is "also editing".
_JUST_NOW = timedelta(hours=12)
# The headline says how far behind somebody is, and a wide spread is the group's.
_SAID_OTHERWISE = (ReasonCode.BEHIND, ReasonCode.SPREAD)


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRow:
    """The fields of a student, and how it is with them: `why` in words, `mark` as a mark of progress or empty.

    `note` is what the student said before the meeting, and `brings` what they bring to it.
    With `is_open` the fields are shown. Else one line says what will be saved, since what is proposed may stand.
    """

    member: WeekMember
    entry: ModelForm  # type: ignore[type-arg]
    next_step: ModelForm  # type: ignore[type-arg]
    steps: Sequence[StepStateForm]
    note: MeetingNote | None
    brings: Sequence[MeetingItem]
    why: str
    mark: str
    is_open: bool
    # Who left the group agrees with the mentors of another.
    may_agree: bool

    @property
    def saved(self) -> str:
        """ "present · step: keep open · note"; the script says it the same way."""
        texts = ((self.entry["note"], "note"), (self.next_step["text"], "next step"))
        words = [
            _chosen(self.entry["attendance"]),
            steps_saved(self.steps),
            *(word for field, word in texts if field.value()),
        ]
        return " · ".join(word for word in words if word)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInLogPage:
    """`refusal` says why there is no form, or is empty. `draft`: when the person's draft in the form was saved."""

    group: Group
    week: Week
    subtitle: str
    refusal: str
    is_new: bool
    forms: CheckInForms
    rows: tuple[MemberRow, ...]
    questions: tuple[CheckInQuestion, ...]
    readers: str
    draft: str | None
    also_writing: str

    @property
    def group_steps_saved(self) -> str:
        next_step = self.forms.group_next_step
        return " · ".join(
            filter(None, [steps_saved(self.forms.group_steps), next_step["text"].value() and "next step"])
        )

    @property
    def is_group_open(self) -> bool:
        return bool(self.forms.group_next_step["text"].value()) or self.forms.is_wrong(
            self.forms.group_next_step, *self.forms.group_steps
        )


def check_in_log_page(
    user: User,
    to_log: WeekAccess,
    now: datetime,
    *,
    forms: CheckInForms | None = None,
    typed: Typed | None = None,
) -> CheckInLogPage:
    """Return the page, prefilled, or with the person's draft if they have one.

    Args:
        forms: posted but not saved, to be shown again.
        typed: posted only to get the form back.
    """
    week = to_log.week
    overview = group_overview(to_log.group, now=now)
    this_week = group_week(overview.group, week)
    drafts = list(
        CheckInDraft.objects.filter(group=overview.group, week_starts_on=week.starts_on)
        .select_related("person")
        .order_by("-saved_at")
    )
    own = None if forms or typed else next((d for d in drafts if _is_restored(d, user, this_week)), None)
    is_shown_again = bool(forms or typed)
    notes, items = notes_of_week(user, this_week, now)
    if typed:
        typed = with_taken(typed, notes)
    if forms is None:
        forms = check_in_forms(
            user, this_week, to_log, now, overview=overview, typed=own.fields if own else typed
        )
    else:
        forms.propose(prefill_for(overview, this_week))
    members = {member.enrolment_id: member for member in overview.members}
    rows = sorted(
        (
            _member_row(
                member,
                members.get(member.enrolment_id),
                forms,
                number,
                overview.today,
                notes.get(member.enrolment_id),
                [item for item in items if item.enrolment_id == member.enrolment_id],
            )
            for number, member in enumerate(forms.group_week.members)
        ),
        key=lambda row: ("need_help", "late", "").index(row.mark),
    )
    if not is_shown_again:
        _focus_first(rows, forms)
    return CheckInLogPage(
        group=overview.group,
        week=week,
        subtitle=_subtitle(overview, this_week),
        refusal=this_week.refusal(overview.today),
        is_new=this_week.check_in is None,
        forms=forms,
        rows=tuple(rows),
        questions=check_in_questions(
            forms.lines, user, now, forms.questions.askable, is_searched=is_shown_again
        ),
        readers=_readers(overview, week),
        draft=moment_label(own.saved_at, now, zone_for(user, overview.group.cohort)) if own else None,
        also_writing=_also_writing(drafts, user, now),
    )


def check_in_forms(
    user: User,
    this_week: GroupWeek,
    to_log: WeekAccess,
    now: datetime,
    *,
    overview: GroupOverview | None = None,
    data: QueryDict | None = None,
    typed: Typed | None = None,
) -> CheckInForms:
    """Return the forms: bound to `data`, or showing what was typed over the values prefilled from the overview."""
    return CheckInForms(
        this_week,
        today=to_log.access.today,
        askable=partial(askable_questions, user, this_week.group, now),
        prefill=prefill_for(overview, this_week) if overview else None,
        data=data,
        typed=typed,
    )


def _is_restored(draft: CheckInDraft, user: User, this_week: GroupWeek) -> bool:
    """Whether the draft is this person's and was not begun before their own last save of the check-in."""
    if draft.person_id != user.pk:
        return False
    check_in = this_week.check_in
    opened = (draft.fields.get("version") or [""])[0]
    return check_in is None or check_in.changed_by_id != user.pk or opened == str(check_in.version)


def _member_row(
    member: WeekMember,
    today_of: Member | None,
    forms: CheckInForms,
    number: int,
    today: date,
    note: MeetingNote | None,
    brings: Sequence[MeetingItem],
) -> MemberRow:
    """Show the standing today, or the day the student left."""
    entry, next_step, left_on = forms.entries[number], forms.next_steps[number], member.left_on
    steps = forms.steps_of(member.enrolment_id)
    is_here = left_on is None or left_on > today
    why, mark, reasons = f"Left on {day_label(left_on, today)}" if left_on else "", "", []
    if today_of is not None and is_here:
        standing = today_of.standing
        reasons = [reason for reason in standing.reasons if reason.code not in _SAID_OTHERWISE]
        why = "; ".join([*(reason.text for reason in reasons), standing.headline])
        why = why[:1].upper() + why[1:]
        if any(reason.code is ReasonCode.NEEDS_HELP for reason in reasons):
            mark = "need_help"
        elif reasons or standing.behind_by:
            mark = "late"
    says_something = any(field.value() for field in (entry["note"], next_step["text"]))
    return MemberRow(
        member=member,
        entry=entry,
        next_step=next_step,
        steps=steps,
        note=note,
        brings=brings,
        why=why,
        mark=mark,
        may_agree=is_here and not member.enrolment.ended_on,
        is_open=bool(mark or note or brings)
        or entry["attendance"].value() == Attendance.ABSENT
        or says_something
        or forms.is_wrong(entry, next_step, *steps),
    )


def _focus_first(rows: Sequence[MemberRow], forms: CheckInForms) -> None:
    """Mark where a keyboard begins: the note of the first who is shown; where all is as proposed, the summary.

    The script puts the cursor there, on a wide screen only and without scrolling.
    """
    first = next((row.entry.fields["note"] for row in rows if row.is_open), forms.main.fields["summary"])
    first.widget.attrs["data-first"] = True


def _chosen(field: BoundField) -> str:
    """The word of the choice that is made, which its field shows."""
    return str(dict(field.field.choices).get(field.value(), "")).lower()  # type: ignore[attr-defined]


def steps_saved(steps: Sequence[StepStateForm]) -> str:
    """ "steps: done, keep open"; empty without steps."""
    states = ", ".join(_chosen(form["state"]) for form in steps)
    return f"{'step' if len(steps) == 1 else 'steps'}: {states}" if steps else ""


def _subtitle(overview: GroupOverview, this_week: GroupWeek) -> str:
    """ "Week 3 of 4, Mon 14 to Sun 20 September · last one: Tue 8 September, 30 min"."""
    week, last = this_week.week, this_week.last_held
    number = teaching_week_number(
        overview.group.cohort.starts_on, overview.pauses, min(week.ends_on, overview.today)
    )
    label = week.label
    if number is not None and overview.week_count is not None and number <= overview.week_count:
        label = f"Week {number} of {overview.week_count}, {label}"
    return (
        f"{label} · last one: {day_label(last.held_on, overview.today)}, {last.minutes} min"
        if last and last.held_on
        else label
    )


def _readers(overview: GroupOverview, week: Week) -> str:
    """Who reads the private note: mentors now and in that week, and the course admins."""
    mentors = {
        each.person_id: each.person.name
        for each in sorted(overview.group.mentorships.all(), key=attrgetter("place"))
        if each.started_on <= max(overview.today, week.ends_on)
        and (each.ended_on is None or each.ended_on > week.starts_on)
    }
    admins = CourseAdmin.objects.filter(course=overview.group.cohort.course_id).order_by("person__name")
    return ", ".join(dict.fromkeys([*mentors.values(), *admins.values_list("person__name", flat=True)]))


def _also_writing(drafts: list[CheckInDraft], user: User, now: datetime) -> str:
    names = [
        draft.person.get_short_name()
        for draft in drafts
        if draft.person_id != user.pk and now - draft.saved_at <= _JUST_NOW
    ]
    if not names:
        return ""
    verb = "is" if len(names) == 1 else "are"
    return f"{' and '.join(names)} {verb} also editing this check-in."


def moment_label(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """ "10:41", with the day before it unless that is today."""
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    return f"{local:%H:%M}" if local.date() == today else f"{day_label(local.date(), today)}, {local:%H:%M}"
