"""What is new on my week: answers, changes, and requests for help that were sorted out."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from operator import attrgetter
from typing import Any

from django.db.models import OuterRef, Q, Subquery

from groups.models import Enrolment, Group
from lib.marks import PersonMark
from people.models import User
from questions.access.sight import answers_that_helped, questions_visible_to
from questions.models import Answer, Ask, MaterialChange, Question
from tracker.dashboards.week.waiting import NEWS_DAYS, week_url
from tracker.models import Progress


@dataclass(frozen=True, slots=True)
class NewsLine:
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


def news_since(enrolment: Enrolment, now: datetime) -> datetime:
    """Return since when what happened is new to the student: they last read news then, or it is old by now."""
    return max(filter(None, (now - timedelta(days=NEWS_DAYS), enrolment.news_read_at)))


def news_for(
    person: User,
    group: Group,
    enrolment: Enrolment,
    now: datetime,
    *,
    ended: Sequence[Any],
    people: Mapping[int, tuple[User, PersonMark]],
    shown_above: Collection[int],
) -> tuple[NewsLine, ...]:
    """Return answers, changes and requests that were sorted out since the student last read news, the latest first.

    Args:
        ended: what was `recently_ended`.
        people: members and mentors of the group by their id: whom the student knows.
        shown_above: the questions whose answers the page shows already.
    """
    since = news_since(enrolment, now)
    news = chain(
        (_sorted_out(each, group) for each in ended if each.history_date > since),
        (
            NewsLine(
                "Your answer helped:",
                each.question.title,
                each.question.get_absolute_url(),
                each.helped_at,
                icon="ask",
            )
            for each in answers_that_helped(person, since, now)
            if each.helped_at
        ),
        (
            _answered(question, question.first_answered_at, people.get(by or 0))
            for question, by in answered_since(person, enrolment, since, now)
            if question.pk not in shown_above and question.first_answered_at
        ),
        (
            NewsLine(
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


def _answered(question: Question, at: datetime, by: tuple[User, PersonMark] | None) -> NewsLine:
    who, mark = by or (None, None)
    before = f"{who.get_short_name()} answered" if who else "Answered:"
    return NewsLine(before, question.title, question.get_absolute_url(), at, mark=mark)


def _sorted_out(ended: Any, group: Group) -> NewsLine:
    is_sorted_out = ended.state == Progress.State.WORKING
    return NewsLine(
        f"{ended.history_user.get_short_name()} {'sorted out' if is_sorted_out else 'marked'}",
        ended.milestone.title,
        week_url(group, ended.milestone_id),
        ended.history_date,
        after="" if is_sorted_out else f"as {ended.get_state_display().lower()}",
        mark=ended.history_user.mark,
    )


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
