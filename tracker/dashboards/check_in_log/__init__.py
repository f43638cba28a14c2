"""The page to log a check-in: the forms, prefilled, and what is shown beside the fields."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial

from django.db.models import prefetch_related_objects
from django.forms import ModelForm
from django.http import QueryDict

from courses.calendar import teaching_week_number
from groups.models import Group, Membership
from groups.times import zone_for
from groups.who_is_there import absence_on
from lib.days import day_label, long_day, moment_label, week_of_run
from lib.fields import say_beside
from lib.marks import PersonMark
from lib.text import joined
from lib.weeks import Week
from people.models import User
from tracker.access.check_ins import private_note_readers
from tracker.access.group_weeks import GroupWeek, group_week
from tracker.access.meeting_notes import may_read_said, said_for_meeting
from tracker.dashboards.check_in_log.proposed import of_the_meeting, proposed_for
from tracker.dashboards.check_in_log.questions import Candidates, askable_questions, check_in_questions
from tracker.dashboards.check_in_sentence import attendance_words, check_in_sentence
from tracker.dashboards.grid import Member
from tracker.dashboards.group_overviews import GroupOverview, group_overview
from tracker.dashboards.help_lines import age_of
from tracker.dashboards.meetings import NextMeeting, day_of_next_meeting, meeting_ahead, meeting_of_week
from tracker.forms.check_in import ITEM_NAME, CheckInForms, Typed
from tracker.forms.check_in_fields import EntryForm, QuestionLineForm, StateForm, StepForm
from tracker.models import CheckIn, CheckInDraft, CheckInEntry, MeetingNote
from tracker.standing import ProgressState, Words

# A person with a draft saved at most this long ago is "also editing".
_JUST_NOW = timedelta(hours=12)
_TONES = ("help", "late", "quiet")


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRow:
    """The fields of a student, and the words about them.

    `mark` is None for a student who has left or comes later. A student who `is_fine` is one line, which opens.
    """

    member: Membership
    person: PersonMark
    entry: EntryForm
    mark: StateForm | None
    next_step: ModelForm  # type: ignore[type-arg]
    steps: Sequence[StepForm]
    # What they said before the meeting; whoever is stuck is to be talked about.
    note: MeetingNote | None
    words: Words
    # Since when help is needed, and whether it was answered.
    help_age: str
    is_answered: bool
    is_away: bool
    is_fine: bool

    @property
    def keeps_step(self) -> bool:
        return self.is_away and any(_is_open(form) for form in self.steps)

    @property
    def state(self) -> str:
        return str(self.mark["state"].value() or "") if self.mark else ""

    @property
    def look(self) -> str:
        """Of the words about them, while the meeting is ahead."""
        if self.mark and self.mark.needs_help and not self.is_answered:
            return "help"
        return "late" if self.words.tone == "late" else ""

    @property
    def has_step_done(self) -> bool:
        return any(form["done"].value() for form in self.steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInLogPage:
    """`refusal` says why there is no form, or is empty. `draft`: when the person's draft in the form was saved.

    `ahead` is the meeting, while it still lies ahead; until somebody asks for the form, the page `is_agenda` of it, and
    `has_met` says that they met today instead. `elsewhere` names who was in the group on other days of the week:
    "Chidi (until Mon 14 September)". `next_due_on` is None while nobody has said when they met.
    """

    group: Group
    week: Week
    week_label: str
    today: date
    refusal: str
    ahead: NextMeeting | None
    is_new: bool
    forms: CheckInForms
    rows: tuple[MemberRow, ...]
    elsewhere: str
    questions: tuple[tuple[QuestionLineForm, Candidates], ...]
    next_due_on: date | None
    came: str
    sentence: str
    proposed: str
    draft: str | None
    also_writing: list[str]
    is_agenda: bool
    has_met: bool
    # Of what there is to talk about; whoever studied in the group that week adds nothing to it either.
    adds_lines: bool

    @property
    def is_early(self) -> bool:
        """Whether the day of the meeting is ahead."""
        return self.ahead is not None and self.ahead.on > self.ahead.today

    @property
    def meets_alone(self) -> bool:
        """Whether no mentor is there on the day of the meeting ahead."""
        mentorships = self.group.mentorships.all()
        return self.ahead is not None and bool(absence_on(mentorships, self.ahead.on, self.today))

    @property
    def starts_label(self) -> str:
        """ "Wednesday 2 December, 18:00"."""
        if self.ahead is None:
            return ""
        day = long_day(self.ahead.on)
        return f"{day}, {self.ahead.at:%H:%M}" if self.ahead.at else day

    @property
    def is_somebody_missing(self) -> bool:
        return self.came != "everyone came" or self.forms.is_wrong(*self.forms.entries)


def check_in_log_page(
    user: User,
    group: Group,
    week: Week,
    now: datetime,
    *,
    forms: CheckInForms | None = None,
    typed: Typed | None = None,
    met: str = "",
) -> CheckInLogPage:
    """Return the page, prefilled, or with the person's draft if they have one.

    Args:
        met: asks for the form while the meeting is ahead; "today": they met today instead.
        forms: posted but not saved, to be shown again.
        typed: posted only to get the form back.
    """
    overview = group_overview(group, now=now)
    this_week = forms.group_week if forms else group_week(overview.group, week)
    drafts = list(
        CheckInDraft.objects.filter(group=overview.group, week_starts_on=week.starts_on)
        .select_related("person")
        .only("fields", "saved_at", "person__name", "person__short_name")
        .order_by("-saved_at")
    )
    own = None if forms or typed else next((d for d in drafts if _is_restored(d, user, this_week)), None)
    notes, to_talk_about = said_for_meeting(user, this_week, now)
    meeting = meeting_of_week(overview.group, week, this_week.check_in)
    proposed = proposed_for(overview, this_week, meeting, met_today=met == "today")
    is_shown_again = bool(forms or typed)
    # What was sent differs from this, whatever was saved meanwhile.
    was_proposed = forms.main.data.get("proposed", "") if forms else ""
    if forms:
        forms.propose(proposed)
    else:
        forms = CheckInForms(
            this_week,
            today=overview.today,
            askable=partial(askable_questions, user, overview.group, now),
            meeting_on=meeting.on if meeting else None,
            due_on=partial(day_of_next_meeting, overview.group, week, overview.today),
            items=to_talk_about,
            proposed=proposed,
            typed=own.fields if own else typed,
        )
    members = {member.enrolment_id: member for member in overview.members}
    rows = sorted(
        (
            _row(
                member,
                members.get(member.enrolment_id),
                forms,
                number,
                note if (note := notes.get(member.enrolment_id)) and note.week == week else None,
                overview,
            )
            for number, member in enumerate(forms.members)
        ),
        key=lambda row: (row.is_fine, _TONES.index(row.words.tone)),
    )
    main = forms.main
    held_on = _read(date, main["held_on"].value()) or proposed["main"]["held_on"]
    moved_to = _read(date, main["moved_to"].value())
    outcome, besides = str(main["outcome"].value() or ""), main["is_besides"].value()
    is_besides = str(besides) == "True"
    came = attendance_words(
        (row.member.enrolment.person.get_short_name(), str(row.entry["attendance"].value() or ""))
        for row in rows
    )
    check_in = this_week.check_in
    takes_place = check_in is None or check_in.is_besides or check_in.outcome == CheckIn.Outcome.MOVED
    mentors, admins = private_note_readers(overview.group, week, overview.today)
    readers = joined(each.get_short_name() for each in dict.fromkeys([*mentors, *admins]))
    say_beside(main["summary"], readers=f"{overview.group} reads this")
    say_beside(main["private_note"], readers=f"{readers} read this", is_private=True)
    say_beside(main["request"], readers="Mentors and course admins read this", is_private=True)
    say_beside(forms.line["text"], readers=f"{readers} read this", is_private=True)
    if not is_shown_again:
        # The first field of the keyboard; the script puts the cursor there, on a wide screen and without scrolling.
        first = next(
            (row.next_step.fields["text"] for row in rows if not row.is_fine), main.fields["summary"]
        )
        first.widget.attrs["data-first"] = True
    ahead = (
        meeting_ahead(overview.group, week, check_in, now, reader_zone=user.time_zone)
        if takes_place
        else None
    )
    if ahead:
        prefetch_related_objects([overview.group], "mentorships__away")
    return CheckInLogPage(
        group=overview.group,
        week=week,
        week_label=_week_label(overview, week),
        today=overview.today,
        refusal=this_week.refusal(overview.today),
        ahead=ahead,
        is_new=check_in is None,
        forms=forms,
        rows=tuple(rows),
        elsewhere=joined(_elsewhere(forms, overview.today)),
        questions=check_in_questions(
            forms.lines, user, now, forms.questions.askable, is_searched=is_shown_again
        ),
        next_due_on=forms.due_on(held_on, is_besides)
        if held_on and not (main.is_early and besides in (None, ""))
        else None,
        came=came,
        sentence=check_in_sentence(
            outcome,
            moved_to if outcome == CheckIn.Outcome.MOVED else held_on,
            main["minutes"].value(),
            came,
            _read(time, main["held_at"].value()),
            is_besides=is_besides,
        ),
        proposed=was_proposed or of_the_meeting(proposed),
        draft=moment_label(own.saved_at, now, zone_for(user, overview.group.cohort)) if own else None,
        also_writing=[
            each.person.get_short_name()
            for each in drafts
            if each.person_id != user.pk and now - each.saved_at <= _JUST_NOW
        ],
        is_agenda=ahead is not None and not (met or is_shown_again or own),
        has_met=met == "today",
        adds_lines=may_read_said(user, overview.group, week, now),
    )


def check_in_forms(
    user: User, this_week: GroupWeek, today: date, now: datetime, data: QueryDict
) -> CheckInForms:
    """Return the forms as they were sent."""
    group, week = this_week.group, this_week.week
    meeting = meeting_of_week(group, week, this_week.check_in)
    return CheckInForms(
        this_week,
        today=today,
        askable=partial(askable_questions, user, group, now),
        meeting_on=meeting.on if meeting else None,
        due_on=partial(day_of_next_meeting, group, week, today),
        # The page sends a field of each: without one, none can be ticked.
        items=said_for_meeting(user, this_week, now)[1] if any(map(ITEM_NAME.fullmatch, data)) else (),
        data=data,
    )


def _read[Value: (date, time)](kind: type[Value], value: object) -> Value | None:
    """A day or a time of a field, which holds what was typed."""
    try:
        return value if isinstance(value, kind) else kind.fromisoformat(str(value or ""))
    except ValueError:
        return None


def _is_restored(draft: CheckInDraft, user: User, this_week: GroupWeek) -> bool:
    """Whether the draft is this person's and was not begun before their own last save of the check-in."""
    if draft.person_id != user.pk:
        return False
    check_in = this_week.check_in
    opened = (draft.fields.get("version") or [""])[0]
    return check_in is None or check_in.changed_by_id != user.pk or opened == str(check_in.version)


def _row(
    member: Membership,
    today_of: Member | None,
    forms: CheckInForms,
    number: int,
    note: MeetingNote | None,
    overview: GroupOverview,
) -> MemberRow:
    entry, mark, next_step = forms.entries[number], forms.marks[number], forms.next_steps[number]
    steps = forms.steps_of(member.enrolment_id)
    at = mark.at
    needed = today_of.facts.marks.get(at.pk) if today_of and at else None
    is_needed = needed is not None and needed.state == ProgressState.NEED_HELP
    words = today_of.words if today_of else Words("has left" if member.ended_on else "comes later")
    is_away = today_of is not None and bool(today_of.away)
    is_missing = str(entry["attendance"].value()) == CheckInEntry.Attendance.ABSENT
    is_touched = (
        is_missing
        or entry.is_written
        or next_step["text"].value()
        or mark["state"].value() != mark["was"].value()
        or forms.is_wrong(entry, mark, next_step, *steps)
    )
    return MemberRow(
        member=member,
        person=forms.people[member.enrolment.person_id],
        entry=entry,
        mark=mark if today_of else None,
        next_step=next_step,
        steps=steps,
        note=note,
        words=words,
        help_age=age_of(needed, overview.group.cohort, overview.now) if is_needed and needed else "",
        is_answered=is_needed and needed is not None and needed.helped_at is not None,
        is_away=is_away,
        is_fine=not (
            is_touched
            or is_needed
            # The steps of who is away are kept.
            or (not is_away and (note or words.tone != "quiet" or any(_is_open(form) for form in steps)))
        ),
    )


def _is_open(form: StepForm) -> bool:
    return not form["done"].value()


def _elsewhere(forms: CheckInForms, today: date) -> Iterator[str]:
    shown = {member.enrolment_id for member in forms.members}
    others = {stay.enrolment_id: stay for stay in forms.group_week.stays if stay.enrolment_id not in shown}
    for stay in others.values():
        days = f"from {day_label(stay.started_on, today)}"
        if stay.ended_on and stay.has_ended(forms.day):
            days = f"until {day_label(stay.ended_on - timedelta(days=1), today)}"
        yield f"{stay.enrolment.person.get_short_name()} ({days})"


def _week_label(overview: GroupOverview, week: Week) -> str:
    """ "week 3 of 4"; of a week that is over with its days: "week 2 of 4, Mon 16 to Sun 22 November"."""
    number = teaching_week_number(
        overview.group.cohort.starts_on, overview.pauses, min(week.ends_on, overview.today)
    )
    label = week_of_run(number, overview.week_count)
    return label if label and week.contains(overview.today) else ", ".join(filter(None, [label, week.label]))
