"""What is new and what waits on my week; requests for help; and the question before a meeting."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain, groupby
from operator import attrgetter
from typing import Any

from django.db.models import F, OuterRef, Q, Subquery
from django.urls import reverse

from courses.promises import Wait
from groups.models import Enrolment, Group
from lib.markdown_pictures import keys_in
from lib.marks import PersonMark
from lib.weeks import Period, Week
from people.models import User
from questions.access.sight import questions_visible_to
from questions.models import Answer, Ask, MaterialChange, Question
from questions.models.picture import load_pictures
from tracker.dashboards.help_lines import age_of
from tracker.dashboards.meetings import NextMeeting, week_ahead
from tracker.models import CheckIn, CodeReview, MeetingItem, MeetingNote, Progress
from tracker.models.progress import help_answer_id
from tracker.standing import Mark

# For how many days answers and material changes are shown as news.
_NEWS_DAYS = 14


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
class News:
    """A line of what happened: a link, and the words around it.

    Before it stands an icon, or the mark of who did it; None if the reader may not know who.
    """

    before: str
    title: str
    url: str
    at: datetime
    after: str = ""
    icon: str = ""
    mark: PersonMark | None = None


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
    """Return what the student must do: reviews, the longest wait first, then requests `ended_by_others`.

    Args:
        marks: of the members of the group, by the id of the person.
    """
    not_yet = (
        Waiting(
            f"{_ended_label(each)}, says {each.history_user.get_short_name()}:",
            each.milestone.title,
            _week_url(group, each.milestone_id),
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


def news_since(enrolment: Enrolment, now: datetime) -> datetime:
    """Return since when what happened is new to the student: they last read news then, or it is old by now."""
    return max(filter(None, (now - timedelta(days=_NEWS_DAYS), enrolment.news_read_at)))


def news_for(
    person: User,
    group: Group,
    enrolment: Enrolment,
    now: datetime,
    *,
    ended: Sequence[Any],
    people: Mapping[int, tuple[User, PersonMark]],
    shown_above: Collection[int],
) -> tuple[News, ...]:
    """Return answers, changes and requests that were sorted out since the student last read news, the latest first.

    Args:
        ended: requests `ended_by_others`.
        people: members and mentors of the group by their id: whom the student knows.
        shown_above: the questions whose answers the page shows already.
    """
    since = news_since(enrolment, now)
    news = chain(
        (_sorted_out(each, group) for each in ended if each.history_date > since),
        (
            News(
                "Your answer helped:",
                each.question.title,
                each.question.get_absolute_url(),
                each.helped_at,
                icon="ask",
            )
            for each in _helped_since(person, since, now)
            if each.helped_at
        ),
        (
            _answered(question, question.first_answered_at, people.get(by or 0))
            for question, by in answered_since(person, enrolment, since, now)
            if question.pk not in shown_above and question.first_answered_at
        ),
        (
            News(
                "The course changed",
                each.material.title_of_all if each.material else each.what,
                each.url or (each.material.url if each.material else ""),
                each.told_at,
                after="because you asked",
                icon="changed",
            )
            for each in answering_changes(person, group, since)
            if each.told_at
        ),
    )
    return tuple(sorted(news, key=attrgetter("at"), reverse=True))


def _answered(question: Question, at: datetime, by: tuple[User, PersonMark] | None) -> News:
    who, mark = by or (None, None)
    before = f"{who.get_short_name()} answered" if who else "Answered:"
    return News(before, question.title, question.get_absolute_url(), at, mark=mark)


def _sorted_out(ended: Any, group: Group) -> News:
    is_sorted_out = ended.state == Progress.State.WORKING
    return News(
        f"{ended.history_user.get_short_name()} {'sorted out' if is_sorted_out else 'marked'}",
        ended.milestone.title,
        _week_url(group, ended.milestone_id),
        ended.history_date,
        after="" if is_sorted_out else f"as {ended.get_state_display().lower()}",
        mark=ended.history_user.mark,
    )


def _week_url(group: Group, milestone_id: int) -> str:
    return reverse("tracker:week", args=[group.pk], query={"milestone": milestone_id})


def _ended_label(ended: Any) -> str:
    is_sorted_out = ended.state == Progress.State.WORKING
    return "Sorted out" if is_sorted_out else str(ended.get_state_display().capitalize())


def ended_by_others(person: User, marks: Iterable[Mark], now: datetime) -> Iterator[Any]:
    """Marks by which somebody else ended a request for help of the student, until the student marks something there."""
    since = now - timedelta(days=_NEWS_DAYS)
    by_others = [
        mark.pk
        for mark in marks
        if isinstance(mark, Progress)
        and mark.state != Progress.State.NEED_HELP
        and mark.changed_at > since
        and mark.changed_by_id != person.pk
    ]
    own = Progress.history.filter(id__in=by_others, history_user=person, state=Progress.State.NEED_HELP)
    asked = set(own.values_list("id", flat=True)) if by_others else set()
    if not asked:
        return
    records = Progress.history.filter(id__in=asked).select_related("history_user", "milestone")
    for _, rows in groupby(records.order_by("id", "-history_date", "-history_id"), key=attrgetter("id")):
        latest, *before = (list(run) for _, run in groupby(rows, key=attrgetter("state")))
        ended = latest[-1]
        if (
            not before
            or before[0][0].state != Progress.State.NEED_HELP
            or ended.history_user in (None, person)
        ):
            continue
        if any(row.history_user == person for row in before[0]):
            yield ended


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


def _helped_since(person: User, since: datetime, now: datetime) -> list[Answer]:
    """Answers of the student that helped somebody, to questions that they may still read."""
    helped = list(person.answers_given.that_helped(since))
    if not helped:
        return []
    asked = [each.question_id for each in helped]
    visible = set(questions_visible_to(person, now).filter(pk__in=asked).values_list("pk", flat=True))
    return [each for each in helped if each.question_id in visible]


def answered_since(
    person: User, enrolment: Enrolment, since: datetime, now: datetime
) -> list[tuple[Question, int | None]]:
    """Questions that somebody else answered, after the student asked; of a duplicate, its original.

    With the id of who gave the first answer; None where that is an asker whom the student may not know.
    """
    is_news = Q(question__first_answered_at__gt=since) | Q(
        question__duplicate_of__first_answered_at__gt=since
    )
    asks = Ask.objects.filter(is_news, enrolment=enrolment).order_by("asked_at")
    asked_at = {
        original or question: at
        for question, original, at in asks.values_list("question", "question__duplicate_of", "asked_at")
    }
    if not asked_at:
        return []
    visible = questions_visible_to(person, now).filter(
        pk__in=asked_at, status=Question.Status.ANSWERED, first_answered_at__gt=since
    )
    first = Answer.objects.filter(question=OuterRef("pk"), answered_at=OuterRef("first_answered_at"))
    first_by = Subquery(first.order_by("pk").values("answered_by")[:1])
    fields = ("title", "asked_at", "asked_by", "is_asker_hidden", "first_answered_at")
    answered: Iterable[Any] = visible.annotate(first_by=first_by).only(*fields)
    return [
        (
            question,
            None
            if question.is_asker_hidden and question.first_by == question.asked_by_id
            else question.first_by,
        )
        for question in answered
        # The answer through the page of a request for help comes at one moment with its question.
        if question.first_by != person.pk
        and (
            question.first_answered_at > asked_at[question.pk]
            or question.first_answered_at == asked_at[question.pk] == question.asked_at
        )
    ]


def answering_changes(person: User, group: Group, since: datetime) -> list[MaterialChange]:
    """Material changes since then that answer questions of the student."""
    recent = MaterialChange.objects.filter(course=group.cohort.course_id, told_at__gt=since)
    if not recent.exists():
        return []
    # Through the question or its original: directly, by its topic, or by a topic merged into that.
    paths = (
        "material_changes",
        "placement__topic__material_changes",
        "placement__topic__merged__material_changes",
    )
    asked_at = [f"question__{path}" for path in paths] + [f"question__duplicate_of__{path}" for path in paths]
    asks = Ask.objects.filter(enrolment__person=person).values_list(*asked_at).distinct()
    answering = set(chain.from_iterable(asks)) - {None}
    changes = recent.filter(pk__in=answering).select_related("material")
    return list(changes.order_by("-told_at", "-pk"))


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
