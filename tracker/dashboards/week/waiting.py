"""*Waiting for you* on my week: reviews, answers, changes; requests for help; and the question before a meeting."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain, groupby
from operator import attrgetter
from typing import Any

from django.db.models import F, Q
from django.urls import reverse

from courses.promises import Wait
from groups.models import Enrolment, Group
from lib.markdown_pictures import keys_in
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
    """A line: what it is, a link, and since when it waits. Reviews wait until they are done, the others are news.

    `not_yet` is the milestone of a request for help that somebody else ended.
    """

    before: str
    title: str
    url: str
    at: datetime
    is_news: bool = True
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
    person: User,
    group: Group,
    enrolment: Enrolment,
    now: datetime,
    *,
    marks: Iterable[Mark],
    shown_above: Collection[int],
) -> tuple[Waiting, ...]:
    """Return what waits: reviews first, the longest wait first, then the news, the latest first.

    Args:
        marks: all of the enrolment.
        shown_above: the questions whose answers the page shows already.
    """
    since = max(filter(None, (now - timedelta(days=_NEWS_DAYS), enrolment.news_read_at)))
    answers = (each for each in answered_since(person, enrolment, since, now) if each.pk not in shown_above)
    news = chain(
        _sorted_out(person, group, marks, since),
        (
            Waiting(
                "Your answer helped:", str(each.question), each.question.get_absolute_url(), each.helped_at
            )
            for each in person.answers_given.that_helped(since)
            if each.helped_at
        ),
        (
            Waiting("Answered:", each.title, each.get_absolute_url(), each.first_answered_at)
            for each in answers
            if each.first_answered_at
        ),
        (
            Waiting(
                "Changed because you asked:",
                each.material.title_of_all if each.material else each.what,
                each.url or (each.material.url if each.material else ""),
                each.told_at,
            )
            for each in answering_changes(person, group, since)
            if each.told_at
        ),
    )
    return (
        *_reviews(group, enrolment.pk, group.cohort.today(now)),
        *sorted(news, key=lambda each: each.at, reverse=True),
    )


def _sorted_out(person: User, group: Group, marks: Iterable[Mark], since: datetime) -> Iterator[Waiting]:
    """Requests for help of the student that somebody else ended, until the student marks something there."""
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
        now, *before = (list(run) for _, run in groupby(rows, key=attrgetter("state")))
        ended = now[-1]
        if (
            not before
            or before[0][0].state != Progress.State.NEED_HELP
            or ended.history_user in (None, person)
        ):
            continue
        if not any(row.history_user == person for row in before[0]):
            continue
        is_sorted_out = ended.state == Progress.State.WORKING
        what = "Sorted out" if is_sorted_out else ended.get_state_display().capitalize()
        url = reverse("tracker:week", args=[group.pk], query={"milestone": ended.milestone_id})
        yield Waiting(
            f"{what}, says {ended.history_user.get_short_name()}:",
            ended.milestone.title,
            url,
            ended.history_date,
            not_yet=ended.milestone_id,
        )


def _reviews(group: Group, enrolment_id: int, today: date) -> Iterator[Waiting]:
    """Those in which it is the student's turn, longest waiting first."""
    reviews = group.code_reviews.exclude(state=CodeReview.State.APPROVED).of_enrolled(today).with_names()
    for review in sorted(reviews, key=attrgetter("changed_at", "pk")):
        url = review.get_absolute_url()
        if review.reviewer_id == enrolment_id and review.is_handed_in:
            title = f"{review.author.person.get_short_name()}’s {review.milestone}"
            yield Waiting("Review", title, url, review.changed_at, is_news=False)
        elif review.author_id == enrolment_id and not review.is_handed_in:
            by = review.reviewer.person.get_short_name()
            yield Waiting(
                f"{by} asked for changes:", f"your {review.milestone}", url, review.changed_at, is_news=False
            )


def answered_since(person: User, enrolment: Enrolment, since: datetime, now: datetime) -> list[Question]:
    """Questions that somebody else answered, after the student asked; of a duplicate, its original."""
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
    visible = questions_visible_to(person, now).filter(pk__in=asked_at, status=Question.Status.ANSWERED)
    answered = [
        question
        for question in visible.filter(first_answered_at__gt=since).only(
            "title", "asked_at", "first_answered_at"
        )
        # The answer through the page of a request for help comes at one moment with its question.
        if question.first_answered_at
        and (
            question.first_answered_at > asked_at[question.pk]
            or question.first_answered_at == asked_at[question.pk] == question.asked_at
        )
    ]
    if not answered:
        return []
    own = Answer.objects.filter(
        question__in=answered, answered_by=person, answered_at=F("question__first_answered_at")
    )
    by_oneself = set(own.values_list("question", flat=True))
    return [question for question in answered if question.pk not in by_oneself]


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
