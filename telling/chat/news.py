from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import Http404
from django.urls import reverse

from groups.models import Group
from people.models import Event
from people.outbox import UNDONE
from questions.models import MaterialChange
from telling.chat.wording import Post, write_post
from telling.kinds import kinds_of
from telling.models import Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """The kinds of news of a channel. What is posted, the kinds of mail say that tell the same events.

    Args:
        label: for who chooses what the channel hears.
        events: the kinds of events that lead to it.
        of_group, of_course: which channels may hear it.
    """

    name: str
    label: str
    events: tuple[str, ...]
    of_group: bool = True
    of_course: bool = True


NEWS: dict[str, News] = {
    news.name: news
    for news in (
        News(name="question", label="A question is asked", events=("question_asked",)),
        News(name="answer", label="A question is answered", events=("question_answered",)),
        News(
            name="check_in", label="A check-in is logged, or a meeting is rescheduled or cancelled",
            events=("check_in_logged", "meeting_changed"), of_course=False,
        ),
        News(name="dates", label="The plan has new due dates", events=("dates_changed",), of_course=False),
        News(
            name="material", label="Material changes because of questions", events=("material_changed",),
            of_group=False,
        ),
    )
}  # fmt: skip

# By the kind of the event.
NEWS_OF = {kind: news for news in NEWS.values() for kind in news.events}


def news_for(*, is_course: bool) -> list[News]:
    """Return what channels of groups, or those of courses, can be told."""
    return [news for news in NEWS.values() if (news.of_course if is_course else news.of_group)]


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
    elif "group" not in ids:
        # As an earlier version told of a check-in.
        groups = Group.objects.filter(check_ins=ids["check_in"])
    else:
        groups = Group.objects.filter(pk=ids["group"])
    return groups.values_list("pk", "cohort__course").first() or (None, None)


def post_of(channel: Channel, event: Event, now: datetime) -> Post | None:
    """Write what the channel is told now; None if it is no longer true, archived, or not for all who read there."""
    if channel.group and (channel.group.cohort.archived_at or channel.group.cohort.course.archived_at):
        return None
    if channel.course and channel.course.archived_at:
        return None
    if UNDONE in event.ids:
        path = reverse("tracker:group-detail", args=[event.ids["group"]])
        return write_post("undone", {"event": event}, f"{NEWS_OF[event.kind].name}.undone", path)
    (write,) = (kind.post for kind in kinds_of(event.kind) if kind.post)
    try:
        return write(channel, event, now)
    except (ObjectDoesNotExist, Http404, PermissionDenied):
        return None
