"""The lists that the board leads to, and the lines that lead there."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import quote

from django.db.models import Count, QuerySet
from django.urls import reverse

from courses.models import Cohort
from groups.concern_access import concerns_to_read
from groups.models import Enrolment, Membership
from groups.relations import relations_of
from lib.weeks import Week
from people.models import User
from questions.models import Question
from tracker.access.check_ins import requests_to_settle
from tracker.dashboards.board.lists import OLDEST, is_late, oldest_label
from tracker.models import AttentionPutAside, CheckIn


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
            "students": "Students to help and to watch",
            "groups": "Groups to check",
            "check-ins": "Check-ins by week",
            "questions": "Questions by milestone",
        }.get(self.value, self.value.capitalize())


@dataclass(frozen=True, slots=True)
class BoardLine:
    """A line that leads to where something is listed, with how many there are."""

    title: str
    url: str
    count: str
    is_late: bool = False


def places_of(
    cohort: Cohort, reader: User, now: datetime, text: str, counts: dict[str, int]
) -> Iterator[BoardLine]:
    """Yield where everything else of the cohort is listed."""
    today = cohort.today(now)
    board, query = reverse("tracker:board", args=[cohort.pk]), f"&q={quote(text)}" if text else ""
    requests = requests_to_settle(reader, cohort, now).filter(request_settled_at=None).count()
    waiting = Question.objects.filter(cohort=cohort, duplicate_of=None).open()
    asked = waiting.aggregate(open=Count("pk"), **OLDEST)
    logged = CheckIn.objects.filter(group__cohort=cohort, week_starts_on=Week.of(today).starts_on).count()
    snoozed = snoozed_rows(cohort, reader, now).count()

    def listed(show: BoardList, count: str, *, is_late: bool = False) -> BoardLine:
        return BoardLine(show.label, f"{board}?show={show}{query}", count, is_late)

    unanswered = concerns_to_read(reader).filter(answered_at=None, enrolment__cohort=cohort)
    if unanswered.exclude(enrolment__person=reader).exists():
        yield BoardLine("Private messages", reverse("groups:concern-list"), "not answered", is_late=True)
    url = reverse("tracker:request-list", args=[cohort.pk])
    yield BoardLine("Mentors’ requests", url, f"{requests or ''}", requests > 0)
    age = oldest_label(asked, cohort, now)
    yield listed(
        BoardList.QUESTIONS,
        f"{asked['open']} open{f', oldest {age}' if age else ''}",
        is_late=is_late(asked, cohort, now),
    )
    if counts["to_check"]:
        yield listed(BoardList.GROUPS, f"{counts['to_check']}")
    yield listed(
        BoardList.CHECK_INS, f"{logged} of {counts['groups']} this week" if counts["is_begun"] else ""
    )
    yield listed(BoardList.MENTORS, f"{counts['mentors']}")
    yield BoardLine("People", reverse("groups:cohort-people", args=[cohort.pk]), f"{counts['students']}")
    if snoozed:
        yield listed(BoardList.SNOOZED, f"{snoozed}")
    if counts["dead_links"]:
        url = reverse("trends:need-list", args=[cohort.course.slug])
        yield BoardLine("Dead links", f"{url}#dead-title", f"{counts['dead_links']}", is_late=True)


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
