from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import reverse

from groups.models import Group
from people.models import Event
from questions.access.questions import question_to_read
from questions.models import Answer, Ask, MaterialChange, Question
from telling.chat.wording import Post
from telling.kinds.in_groups import members_of
from telling.mails import near_day
from telling.models import Channel
from tracker.models import CheckIn

# Longest text of somebody in a post, in characters.
_LONGEST = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """The kinds of news of a channel.

    Args:
        label: for who chooses what the channel hears.
        events: the kinds of events that lead to it.
        of_group, of_course: which channels may hear it.
        write: what the channel is told of an event now; None if it is no longer true, or not all who read there may
            read it.
    """

    name: str
    label: str
    events: tuple[str, ...]
    write: Callable[[Channel, Event, datetime], Post | None]
    of_group: bool = True
    of_course: bool = True


def place_of(event: Event) -> tuple[int | None, int | None]:
    """Return the group and the course in which it happened, by their primary keys. It may be gone."""
    ids = event.ids
    if "change" in ids:
        changes = MaterialChange.objects.filter(pk=ids["change"])
        return None, changes.values_list("course", flat=True).first()
    if "ask" in ids:
        groups = Group.objects.filter(asks=ids["ask"])
    elif "answer" in ids:
        groups = Group.objects.filter(questions__answers=ids["answer"])
    elif "check_in" in ids:
        groups = Group.objects.filter(check_ins=ids["check_in"])
    else:
        groups = Group.objects.filter(pk=ids["group"])
    return groups.values_list("pk", "cohort__course").first() or (None, None)


def write_post(channel: Channel, event: Event, now: datetime) -> Post | None:
    """Write what the channel is told; None if there is nothing to tell now, as of what is archived."""
    if channel.group and (channel.group.cohort.archived_at or channel.group.cohort.course.archived_at):
        return None
    if channel.course and channel.course.archived_at:
        return None
    return NEWS_OF[event.kind].write(channel, event, now)


def _read_by_all(channel: Channel, question_id: int, now: datetime) -> Question | None:
    """Return the question if all who read there may read it: everybody in the course, or each student of the group.

    A group is told of no hidden asker's question that others see too: that it is of this group would say who asks.
    """
    questions = Question.objects.filter(pk=question_id).select_related("milestone", "cohort")
    if channel.group is None:
        return questions.filter(duplicate_of=None, visibility=Question.Visibility.COURSE).first()
    members, question = members_of(channel.group, now), questions.first()
    if question is None or not members:
        return None
    if _hides_asker(question):
        return None
    try:
        for member in members:
            question_to_read(member, question.pk, now)
    except (Http404, PermissionDenied):
        return None
    return question


def _hides_asker(question: Question) -> bool:
    """From others than their group, which sees who is in it."""
    return question.is_asker_hidden and question.visibility != Question.Visibility.GROUP


def _write_question(channel: Channel, event: Event, now: datetime) -> Post | None:
    ask = Ask.objects.select_related("question").filter(pk=event.ids["ask"]).first()
    if ask is None:
        return None
    question = _read_by_all(channel, ask.question.duplicate_of_id or ask.question_id, now)
    if question is None or question.has_answer or (channel.group and _hides_asker(ask.question)):
        return None
    where = f" about {question.milestone.title}" if question.milestone else ""
    return Post(
        type="question.asked",
        says=f"a question{where}",
        title=_short(question.title),
        about=str(channel.of),
        path=question.get_absolute_url(),
    )


def _write_answer(channel: Channel, event: Event, now: datetime) -> Post | None:
    answer = Answer.objects.filter(pk=event.ids["answer"]).first()
    question = _read_by_all(channel, answer.question_id, now) if answer else None
    if question is None:
        return None
    return Post(
        type="question.answered",
        says="answered",
        title=_short(question.title),
        about=str(channel.of),
        path=question.get_absolute_url(),
    )


def _write_check_in(channel: Channel, event: Event, now: datetime) -> Post | None:
    check_ins = CheckIn.objects.shared().select_related("group__cohort")
    check_in = check_ins.filter(pk=event.ids["check_in"]).first()
    if check_in is None:
        return None
    week, today = check_in.week.label, check_in.group.cohort.today(now)
    # A cancelled meeting is told only before its day is over.
    is_over = (check_in.held_on or check_in.week.ends_on) < today
    if check_in.outcome == CheckIn.Outcome.HELD:
        says = f"what was said at the check-in, {week}"
    elif check_in.outcome == CheckIn.Outcome.CANCELLED and not is_over:
        says = f"no meeting, {week}"
    elif check_in.outcome == CheckIn.Outcome.MOVED and not is_over:
        day = f", {near_day(check_in.held_on, today)}" if check_in.held_on else ""
        says = f"meeting rescheduled, {week}{day}"
    else:
        return None
    return Post(
        type=f"check_in.{check_in.outcome}",
        says=says,
        title=_short(check_in.summary),
        about=str(channel.of),
        path=check_in.get_absolute_url(),
    )


def _write_dates(channel: Channel, event: Event, now: datetime) -> Post | None:
    path = reverse("tracker:group-detail", args=[event.ids["group"]])
    return Post(type="plan.changed", says="new due dates", about=str(channel.of), path=path)


def _write_material(channel: Channel, event: Event, now: datetime) -> Post | None:
    changes = MaterialChange.objects.select_related("material", "milestone")
    change = changes.filter(pk=event.ids["change"]).first()
    if change is None:
        return None
    where = change.material or change.milestone
    milestone_id = change.material.milestone_id if change.material else change.milestone_id
    # The page of the change itself is for course admins.
    of_milestone = reverse("questions:milestone-questions", args=[milestone_id]) if milestone_id else ""
    return Post(
        type="material.changed",
        says=f"changed material{f': {where}' if where else ''}",
        title=_short(change.what),
        about=str(channel.of),
        path=of_milestone or reverse("tracker:home"),
    )


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST].rstrip()} …"


NEWS: dict[str, News] = {
    news.name: news
    for news in (
        News(
            name="question", label="A question is asked", events=("question_asked",), write=_write_question,
        ),
        News(
            name="answer", label="A question is answered", events=("question_answered",), write=_write_answer,
        ),
        News(
            name="check_in", label="A check-in is logged, or a meeting is rescheduled or cancelled",
            events=("check_in_logged", "meeting_changed"), write=_write_check_in, of_course=False,
        ),
        News(
            name="dates", label="The plan has new due dates", events=("dates_changed",), write=_write_dates,
            of_course=False,
        ),
        News(
            name="material", label="Material changes because of questions", events=("material_changed",),
            write=_write_material, of_group=False,
        ),
    )
}  # fmt: skip

# By the kind of the event.
NEWS_OF = {kind: news for news in NEWS.values() for kind in news.events}


def news_for(*, is_course: bool) -> list[News]:
    """Return what channels of groups, or those of courses, can be told."""
    return [news for news in NEWS.values() if (news.of_course if is_course else news.of_group)]
