"""What waits for the student on my week; requests for help; and the question before a meeting."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from operator import attrgetter
from typing import Any

from django.db.models import F
from django.urls import reverse

from courses.promises import Wait
from groups.models import Enrolment, Group
from lib.markdown_pictures import keys_in
from lib.marks import PersonMark
from lib.weeks import Period, Week
from people.models import User
from questions.models import Answer, Question
from questions.models.picture import load_pictures
from tracker.dashboards.help_lines import age_of
from tracker.dashboards.meetings import NextMeeting, week_ahead
from tracker.models import CheckIn, CodeReview, MeetingItem, MeetingNote, Progress
from tracker.models.progress import ended_by_others, help_answer_id
from tracker.standing import Mark

# For how many days answers and material changes are shown as news.
NEWS_DAYS = 14


@dataclass(frozen=True, slots=True)
class Waiting:
    """A line of what is to be done: what it is, a link, and since when it waits.

    `not_yet` is the milestone of a request for help that somebody else ended.
    """

    before: str
    title: str
    url: str
    at: datetime
    mark: PersonMark | None
    not_yet: int | None = None


@dataclass(frozen=True, slots=True)
class Help:
    """A milestone with which the student needs help: since when, with what words, or what was answered.

    `wait` for an answer; None if nobody knows since when.
    """

    milestone_id: int
    title: str
    age: str
    wait: Wait | None
    asked: Question | None
    answer: Answer | None


def help_of(enrolment: Enrolment, now: datetime) -> tuple[Help, ...]:
    """Return where a student needs help, the longest wait first."""
    needed = Progress.objects.filter(enrolment=enrolment, state=Progress.State.NEED_HELP)
    rows = needed.order_by(F("state_since").asc(nulls_first=True), "pk").select_related(
        "milestone", "question"
    )
    needs: list[Any] = list(rows.annotate(answer_id=help_answer_id()))
    answers = Answer.objects.select_related("answered_by", "question").in_bulk(
        [need.answer_id for need in needs if need.answer_id]
    )
    load_pictures([each.question for each in answers.values() if keys_in(each.body)])
    cohort = enrolment.cohort
    days = cohort.course.help_days
    return tuple(
        Help(
            need.milestone_id,
            need.milestone.title,
            age_of(need, cohort, now),
            cohort.wait(need.state_since, now, days=days) if need.state_since else None,
            need.question,
            answers.get(need.answer_id or 0),
        )
        for need in needs
    )


def waiting_for(
    group: Group,
    enrolment_id: int,
    now: datetime,
    *,
    ended: Sequence[Any],
    marks: Mapping[int, PersonMark],
) -> tuple[Waiting, ...]:
    """Return what the student must do: reviews, the longest wait first, then what was `recently_ended`.

    Args:
        marks: of the members of the group, by the id of the person.
    """
    not_yet = (
        Waiting(
            f"{_ended_label(each)}, says {each.history_user.get_short_name()}:",
            each.milestone.title,
            week_url(group, each.milestone_id),
            each.history_date,
            each.history_user.mark,
            not_yet=each.milestone_id,
        )
        for each in ended
    )
    return (
        *_reviews(group, enrolment_id, group.cohort.today(now), marks),
        *sorted(not_yet, key=attrgetter("at"), reverse=True),
    )


def week_url(group: Group, milestone_id: int) -> str:
    return reverse("tracker:week", args=[group.pk], query={"milestone": milestone_id})


def _ended_label(ended: Any) -> str:
    is_sorted_out = ended.state == Progress.State.WORKING
    return "Sorted out" if is_sorted_out else str(ended.get_state_display().capitalize())


def recently_ended(person: User, marks: Iterable[Mark], now: datetime) -> list[Any]:
    """Return the marks of the last days by which somebody else ended a request for help, as `ended_by_others`."""
    since = now - timedelta(days=NEWS_DAYS)
    changed = [
        mark.pk
        for mark in marks
        if isinstance(mark, Progress)
        and mark.state != Progress.State.NEED_HELP
        and mark.changed_at > since
        # Most are last changed by a mark of the student: no query is made for these.
        and not (mark.changed_by_id == person.pk and mark.changed_at == mark.state_since)
    ]
    ended = ended_by_others(changed, person) if changed else ()
    return [each for each in ended if each.history_date > since]


def _reviews(
    group: Group, enrolment_id: int, today: date, marks: Mapping[int, PersonMark]
) -> Iterator[Waiting]:
    """Those in which it is the student's turn, longest waiting first."""
    reviews = group.code_reviews.exclude(state=CodeReview.State.APPROVED).of_enrolled(today).with_names()
    for review in sorted(reviews, key=attrgetter("changed_at", "pk")):
        url = review.get_absolute_url()
        if review.reviewer_id == enrolment_id and review.is_handed_in:
            by = review.author.person
            title = f"{by.get_short_name()}’s {review.milestone}"
            yield Waiting("Review", title, url, review.changed_at, marks.get(by.pk))
        elif review.author_id == enrolment_id and not review.is_handed_in:
            by = review.reviewer.person
            before = f"{by.get_short_name()} asked for changes:"
            yield Waiting(before, f"your {review.milestone}", url, review.changed_at, marks.get(by.pk))


@dataclass(frozen=True, slots=True)
class BeforeMeeting:
    """What the student says before it. `note` is not saved while nothing was said."""

    note: MeetingNote
    items: tuple[MeetingItem, ...]


def before_meeting(
    group: Group,
    enrolment: Enrolment,
    check_ins: Sequence[CheckIn],
    absences: Sequence[Period],
    meeting: NextMeeting | None,
    today: date,
) -> BeforeMeeting | None:
    """Return what is asked before the meeting that lies ahead; None where nobody asks, or nothing is expected.

    Words for a meeting that is over stay with it.
    """
    cohort = group.cohort
    off = [*cohort.pause_periods, *absences]
    week = week_ahead(group, check_ins, meeting, today)
    if not cohort.asks_before_meeting or week is None or any(period.contains(today) for period in off):
        return None
    if week.ends_on < cohort.starts_on or week.is_paused(off) or week > Week.of(today).next():
        return None
    if meeting is not None and any(absence.contains(meeting.on) for absence in absences):
        return None
    key = {"enrolment": enrolment, "group": group, "week_starts_on": week.starts_on}
    note = MeetingNote.objects.filter(**key).only("version", "week_starts_on", "going", "note").first()
    items = MeetingItem.objects.brought_to(week, check_ins, cohort.pause_periods).open()
    brought = items.filter(enrolment=enrolment).order_by("added_at", "pk").only("text")
    return BeforeMeeting(note or MeetingNote(**key, version=0), tuple(brought))
