"""The lists that the board leads to, and the lines that lead there."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import quote

from django.db.models import Q, QuerySet
from django.urls import reverse

from courses.models import Cohort
from groups.concern_access import has_concerns_to_answer
from groups.models import Concern, Enrolment, Membership
from groups.relations import relations_of
from lib.text import counted
from lib.weeks import Week
from people.models import User
from questions.models import Question
from tracker.access.check_ins import requests_to_settle
from tracker.dashboards.board.lists import is_late, oldest_label, waiting_counts
from tracker.models import AttentionPutAside, CheckIn
from tracker.models.progress import waiting_by_themselves
from tracker.standing import questions_label


class BoardList(StrEnum):
    """The lists that the board leads to; the value is the one in the URL."""

    STUDENTS = "students"
    GROUPS = "groups"
    CHECK_INS = "check-ins"
    MENTORS = "mentors"
    QUESTIONS = "questions"
    SNOOZED = "snoozed"

    @property
    def label(self) -> str:
        return {
            "students": "Students with an alert",
            "groups": "Groups to check",
            "check-ins": "Check-ins by week",
            "questions": "Questions by milestone",
        }.get(self.value, self.value.capitalize())


@dataclass(frozen=True, slots=True)
class BoardLine:
    """A line that leads to where something is listed, with how many there are; `waits` says what waits too long."""

    title: str
    url: str
    count: str
    waits: str = ""


def places_of(
    cohort: Cohort, reader: User, now: datetime, text: str, counts: dict[str, int]
) -> Iterator[BoardLine]:
    """Yield where the rest of the cohort is listed, if there is any."""
    today = cohort.today(now)
    board, query = reverse("tracker:board", args=[cohort.pk]), f"&q={quote(text)}" if text else ""
    requests = requests_to_settle(reader, cohort, now).filter(request_settled_at=None).count()
    waiting = waiting_by_themselves(Question.objects.originals().filter(cohort=cohort))
    asked = waiting.aggregate(**waiting_counts(Q()))
    logged = CheckIn.objects.filter(group__cohort=cohort, week_starts_on=Week.of(today).starts_on).count()
    snoozed = snoozed_rows(cohort, reader, now).count()

    def listed(show: BoardList, count: str, *, title: str = "", waits: str = "") -> BoardLine:
        return BoardLine(title or show.label, f"{board}?show={show}{query}", count, waits)

    if has_concerns_to_answer(reader, Concern.objects.filter(enrolment__cohort=cohort)):
        url = reverse("groups:concern-list")
        yield BoardLine("Private messages", url, "not answered", "A private message waits")
    url = reverse("tracker:request-list", args=[cohort.pk])
    waits = f"{requests} mentors’ requests wait" if requests > 1 else "A mentor’s request waits"
    if requests:
        yield BoardLine("Mentors’ requests", url, f"{requests}", waits)
    age = oldest_label(asked, cohort, now)
    if asked["open"]:
        yield listed(
            BoardList.QUESTIONS,
            f"{asked['open']}{f', oldest {age}' if age else ''}",
            title="Open questions",
            waits=questions_label(asked["open"]) if is_late(asked, cohort, now) else "",
        )
    if counts["to_check"]:
        yield listed(BoardList.GROUPS, f"{counts['to_check']}")
    if counts["is_begun"]:
        yield listed(BoardList.CHECK_INS, f"{logged} of {counts['groups']}")
    if snoozed:
        yield listed(BoardList.SNOOZED, f"{snoozed}")
    if counts["dead_links"]:
        url = reverse("trends:need-list", args=[cohort.course.slug])
        count = counts["dead_links"]
        waits = f"{counted(count, 'link')} {'is' if count == 1 else 'are'} dead"
        yield BoardLine("Dead links", f"{url}#dead-title", f"{count}", waits)


def snoozed_rows(cohort: Cohort, reader: User, now: datetime) -> QuerySet[AttentionPutAside]:
    """Snoozes, but of the reader and in the groups in which they study: the reason is not for them."""
    own_groups = relations_of(reader, now).study_groups
    today = cohort.today(now)
    fellows = Membership.objects.not_ended(today).filter(group__in=own_groups)
    enrolled = Enrolment.objects.not_ended(today).filter(cohort=cohort)
    return (
        AttentionPutAside.objects.in_force(today)
        .filter(enrolment__in=enrolled)
        .exclude(enrolment__person=reader)
        .exclude(enrolment__in=fellows.values("enrolment"))
        .select_related("enrolment__person", "put_aside_by")
        .order_by("until_on", "pk")
    )
