from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.http import Http404
from django.urls import reverse

from groups.models import Group
from people.models import Event
from questions.access.questions import QuestionAccess, question_to_read
from questions.models import Answer, Ask, MaterialChange, Question
from questions.models.question import QuestionQuerySet
from telling.chat.wording import Post
from telling.kinds.in_groups import members_of
from telling.mails import near_day
from telling.models import Channel
from tracker.models import CheckIn

# Longest text of somebody in a post, in characters.
_LONGEST = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What a channel may be told.

    Args:
        label: for who chooses what the channel hears.
        events: the kinds of events that lead to it.
        where: the group and the course that an event concerns, by their primary keys; either may be None.
        write_for_group, write_for_course: what the channel is told of an event now; None if it is no longer true, or
            not all who read there may read it. Without the function such channels are never told.
    """

    name: str
    label: str
    events: tuple[str, ...]
    where: Callable[[Event], "Where"]
    write_for_group: Callable[[Group, Event, datetime], Post | None] | None = None
    write_for_course: Callable[[Event], Post | None] | None = None

    def write(self, channel: Channel, event: Event, now: datetime) -> Post | None:
        cohort = channel.group.cohort if channel.group is not None else None
        course = cohort.course if cohort is not None else channel.course
        if course is None or course.archived_at is not None or (cohort and cohort.archived_at is not None):
            return None
        if channel.group is not None:
            return (
                self.write_for_group(channel.group, event, now) if self.write_for_group is not None else None
            )
        return self.write_for_course(event) if self.write_for_course is not None else None


type Where = tuple[int | None, int | None]


def _where(rows: QuerySet[Any], group: str) -> Where:
    found: Where | None = rows.values_list(group, f"{group}__cohort__course").first()
    return found or (None, None)


def _where_asked(event: Event) -> Where:
    return _where(Ask.objects.filter(pk=event.ids["ask"]), "group")


def _where_answered(event: Event) -> Where:
    return _where(Answer.objects.filter(pk=event.ids["answer"]), "question__group")


def _where_met(event: Event) -> Where:
    return _where(CheckIn.objects.filter(pk=event.ids["check_in"]), "group")


def _where_planned(event: Event) -> Where:
    group_id = event.ids["group"]
    return (group_id, None) if isinstance(group_id, int) else (None, None)


def _where_changed(event: Event) -> Where:
    changes = MaterialChange.objects.filter(pk=event.ids["change"])
    return None, changes.values_list("course", flat=True).first()


def _read_by_all(group: Group, question_id: int, now: datetime) -> list[QuestionAccess] | None:
    """Return how each of today's students of the group reads a question; None if one of them may not, or none is.

    Nor of a hidden asker's that others see too: that it is of this group would say who asks.
    """
    try:
        read = [question_to_read(member, question_id, now) for member in members_of(group, now)]
    except (Http404, PermissionDenied):
        return None
    if any(
        access.question.is_asker_hidden and access.question.visibility != Question.Visibility.GROUP
        for access in read
    ):
        return None
    return read or None


def _question_for_group(group: Group, event: Event, now: datetime) -> Post | None:
    asks = Ask.objects.filter(pk=event.ids["ask"])
    question_id = asks.values_list(Coalesce("question__duplicate_of", "question"), flat=True).first()
    read = _read_by_all(group, question_id, now) if question_id else None
    if read is None or read[0].question.has_answer:
        return None
    return _question_post(read[0].question, str(group))


def _question_for_course(event: Event) -> Post | None:
    question = _open_to_course().filter(asks=event.ids["ask"]).first()
    return (
        None
        if question is None or question.has_answer
        else _question_post(question, str(question.cohort.course))
    )


def _open_to_course() -> QuestionQuerySet:
    questions: QuestionQuerySet = Question.objects.originals().filter(visibility=Question.Visibility.COURSE)
    return questions.select_related("milestone", "cohort__course")


def _question_post(question: Question, about: str) -> Post:
    where = f" about {question.milestone.title}" if question.milestone else ""
    return Post(
        type="question.asked",
        says=f"a question{where}",
        title=_short(question.title),
        about=about,
        path=question.get_absolute_url(),
    )


def _answer_for_group(group: Group, event: Event, now: datetime) -> Post | None:
    question_id = Answer.objects.filter(pk=event.ids["answer"]).values_list("question", flat=True).first()
    read = _read_by_all(group, question_id, now) if question_id else None
    return _answer_post(read[0].question, str(group)) if read else None


def _answer_for_course(event: Event) -> Post | None:
    question = _open_to_course().filter(answers=event.ids["answer"]).first()
    return _answer_post(question, str(question.cohort.course)) if question else None


def _answer_post(question: Question, about: str) -> Post:
    return Post(
        type="question.answered",
        says="answered",
        title=_short(question.title),
        about=about,
        path=question.get_absolute_url(),
    )


def _check_in_for_group(group: Group, event: Event, now: datetime) -> Post | None:
    check_in = CheckIn.objects.shared().filter(pk=event.ids["check_in"]).first()
    if check_in is None:
        return None
    week, today = check_in.week.label, group.cohort.today(now)
    if check_in.outcome != CheckIn.Outcome.HELD and (check_in.held_on or check_in.week.ends_on) < today:
        # Said afterwards.
        return None
    moved_to = near_day(check_in.held_on, today) if check_in.held_on else ""
    says = {
        CheckIn.Outcome.HELD: f"what was said at the check-in of {week}",
        CheckIn.Outcome.CANCELLED: f"no meeting in the week {week}",
        CheckIn.Outcome.MOVED: f"the meeting of the week {week} is moved{f', {moved_to}' if moved_to else ''}",
    }.get(CheckIn.Outcome(check_in.outcome))
    if says is None:
        return None
    return Post(
        type=f"check_in.{check_in.outcome}",
        says=says,
        title=_short(check_in.summary),
        about=str(group),
        path=check_in.get_absolute_url(),
    )


def _dates_for_group(group: Group, event: Event, now: datetime) -> Post | None:
    return Post(type="plan.changed", says="new due dates", about=str(group), path=group.get_absolute_url())


def _change_for_course(event: Event) -> Post | None:
    changes = MaterialChange.objects.select_related("course", "material", "milestone")
    change = changes.filter(pk=event.ids["change"]).first()
    if change is None:
        return None
    where, milestone_id = change.material or change.milestone, change.milestone_id
    if change.material is not None:
        milestone_id = change.material.milestone_id
    return Post(
        type="material.changed",
        says=f"changed material{f': {where}' if where else ''}",
        title=_short(change.what),
        about=str(change.course),
        # The page of the change itself is for course admins.
        path=reverse("questions:milestone-questions", args=[milestone_id])
        if milestone_id
        else reverse("tracker:home"),
    )


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST].rstrip()} …"


NEWS: dict[str, News] = {
    news.name: news
    for news in (
        News(
            name="question",
            label="A question is asked",
            events=("question_asked",),
            where=_where_asked,
            write_for_group=_question_for_group,
            write_for_course=_question_for_course,
        ),
        News(
            name="answer",
            label="A question is answered",
            events=("question_answered",),
            where=_where_answered,
            write_for_group=_answer_for_group,
            write_for_course=_answer_for_course,
        ),
        News(
            name="check_in",
            label="A check-in is logged, or a meeting is moved or cancelled",
            events=("check_in_logged", "meeting_changed"),
            where=_where_met,
            write_for_group=_check_in_for_group,
        ),
        News(
            name="dates",
            label="The plan has new due dates",
            events=("dates_changed",),
            where=_where_planned,
            write_for_group=_dates_for_group,
        ),
        News(
            name="material",
            label="Material is changed because of questions",
            events=("material_changed",),
            where=_where_changed,
            write_for_course=_change_for_course,
        ),
    )
}

# By the kind of the event.
NEWS_OF = {kind: news for news in NEWS.values() for kind in news.events}


def news_for(*, is_course: bool) -> list[News]:
    """Return what channels of groups, or those of courses, can be told."""
    return [
        news
        for news in NEWS.values()
        if (news.write_for_course if is_course else news.write_for_group) is not None
    ]
