"""Every page tells moments in the time zone of its reader; days stay those of the cohort."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from courses.models import Cohort
from groups.models import Closing, Concern, Move
from groups.times import ZoneOfReader
from people.models import User
from questions.actions import ask
from sheets.models import SheetImport
from telling.models import Channel
from tests.conftest import NOW, Cast, SignIn
from tests.factories.courses import CohortFactory
from tests.factories.questions import QuestionFactory
from tests.factories.tracker import CheckInFactory
from tracker.models import CheckIn, CheckInDraft, WeekLook

TOKYO = "Asia/Tokyo"
WEEK = "2026-W38"


def question_history(cast: Cast, as_: SignIn) -> Any:
    question = ask(group=cast.clover, by=cast.person("ana"), at=NOW, title="Why?")
    url = reverse("questions:question-edit", args=[question.pk])
    as_("ana").post(url, {"title": "Why so?", "visibility": "group", "version": 1})
    return as_("ines").get(question.get_absolute_url())


def question_conflict(cast: Cast, as_: SignIn) -> Any:
    question = ask(group=cast.clover, by=cast.person("ana"), at=NOW, title="Why?")
    url = reverse("questions:question-edit", args=[question.pk])
    as_("ana").post(url, {"title": "Why so?", "visibility": "group", "version": 1})
    return as_("ines").post(url, {"title": "Why, then?", "category": "setup", "version": 1})


def note_conflict(cast: Cast, as_: SignIn) -> Any:
    Cohort.objects.update(asks_before_meeting=True)
    url = reverse("tracker:meeting-note", args=[cast.clover.pk, WEEK])
    said = {"going": "stuck", "version": 0}
    as_("ana").post(url, said)
    return as_("ana").post(url, said | {"going": "well"})


def check_in_history(cast: Cast, as_: SignIn) -> Any:
    check_in = CheckInFactory.create(
        group=cast.clover, week_starts_on=date(2026, 9, 14), logged_by=cast.marta
    )
    CheckIn.objects.get().history.update(history_date=NOW)
    check_in.summary = "More"
    check_in.save()
    return as_("ines").get(check_in.get_absolute_url())


def check_in_draft(cast: Cast, as_: SignIn) -> Any:
    CheckInDraft.objects.create(
        group=cast.clover,
        week_starts_on=date(2026, 9, 14),
        person=cast.ines,
        saved_at=NOW,
        fields={"summary": ["x"]},
    )
    return as_("ines").get(reverse("tracker:check-in-log", args=[cast.clover.pk, WEEK]))


def cohort_imports(cast: Cast, as_: SignIn) -> Any:
    SheetImport.objects.create(
        kind="roster", course=cast.course, cohort=cast.cohort, uploaded_by=cast.ines, uploaded_at=NOW
    )
    return as_("ines").get(reverse("sheets:import-list", args=[cast.cohort.pk]))


def course_imports(cast: Cast, as_: SignIn) -> Any:
    SheetImport.objects.create(kind="outline", course=cast.course, uploaded_by=cast.ines, uploaded_at=NOW)
    return as_("ines").get(reverse("sheets:course-import-list", args=[cast.course.slug]))


def moves(cast: Cast, as_: SignIn) -> Any:
    Move.objects.create(
        enrolment=cast.enrolment("ana"),
        kind="left",
        what="left Clover",
        on=NOW.date(),
        made_by=cast.ines,
        made_at=NOW,
    )
    return as_("ines").get(reverse("tracker:move-list", args=[cast.cohort.pk]))


def channels(cast: Cast, as_: SignIn) -> Any:
    Channel.objects.create(
        group=cast.clover, address="https://chat.example/x", made_at=NOW, failing_since=NOW
    )
    return as_("ines").get(reverse("telling:group-channels", args=[cast.clover.pk]))


def closing(cast: Cast, as_: SignIn) -> Any:
    Closing.objects.create(cohort=cast.cohort, on=NOW.date(), made_by=cast.ines, made_at=NOW)
    Cohort.objects.update(closed_on=NOW.date())
    return as_("ines").get(reverse("tracker:cohort-close", args=[cast.cohort.pk]))


def looks(cast: Cast, as_: SignIn) -> Any:
    WeekLook.objects.create(
        enrolment=cast.enrolment("ana"),
        person=cast.marta,
        looked_at=NOW,
        role="mentor",
    )
    return as_("ana").get(reverse("tracker:privacy"))


def concern(cast: Cast, as_: SignIn) -> Any:
    told = Concern.objects.create(enrolment=cast.enrolment("ana"), body="It is loud.", told_at=NOW)
    return as_("ines").get(reverse("groups:concern-detail", args=[told.key]))


def waits(cast: Cast, as_: SignIn) -> Any:
    QuestionFactory.create(membership=cast.ana, title="Why?", asked_at=NOW)
    return as_("ines").get(reverse("questions:question-list"))


def waits_of_a_group(cast: Cast, as_: SignIn) -> Any:
    QuestionFactory.create(membership=cast.ana, title="Why?", asked_at=NOW)
    return as_("marta").get(reverse("tracker:my-groups"))


PAGES = [
    question_history, question_conflict, note_conflict, check_in_history, check_in_draft, cohort_imports,
    course_imports, moves, channels, closing, looks, concern, waits, waits_of_a_group,
]  # fmt: skip


@pytest.mark.parametrize(("zone", "hour"), [(TOKYO, "19:00"), ("", "11:00")])
@pytest.mark.parametrize("open_page", PAGES)
def test_moments_are_told_in_the_readers_time_zone_else_in_that_of_the_cohort(
    cast: Cast, as_: SignIn, open_page: Callable[[Cast, SignIn], Any], zone: str, hour: str
) -> None:
    User.objects.update(time_zone=zone)
    html = unescape(open_page(cast, as_).content.decode())
    shown = {each for each in ("10:00", "11:00", "19:00") if each in html.replace(f"T{each}", "")}
    assert shown == {hour}


def test_days_stay_those_of_the_cohort_where_the_reader_is_a_day_ahead(cast: Cast, as_: SignIn) -> None:
    """At 23:30 in Lisbon it is Thursday in Tokyo: what is due on Wednesday is not late yet."""
    cast.clover.plan_items.filter(milestone__in=cast.milestones[:2]).update(due_on=date(2026, 9, 16))
    said = []
    with time_machine.travel(datetime(2026, 9, 16, 22, 30, tzinfo=UTC), tick=False):
        for zone in ("", TOKYO):
            User.objects.update(time_zone=zone)
            html = as_("ana").get(reverse("tracker:week", args=[cast.clover.pk])).content.decode()
            said.append(re.findall(r">([^<>]*(?:[Dd]ue|[Bb]ehind|today)[^<>]*)<", html))
    assert said[0] == said[1]
    assert not [line for line in said[1] if "Was due" in line]


def test_latest_cohort_counts_where_a_person_has_no_time_zone(cast: Cast) -> None:
    late = CohortFactory.create(
        course=cast.course, time_zone="America/Lima", starts_on=cast.cohort.starts_on + timedelta(days=1)
    )
    shown = {str(person): str(ZoneOfReader(person)) for person in (cast.ines, cast.marta, cast.zoe)}
    assert shown == {"Inês Duarte": late.time_zone, "Marta Pires": "Europe/Lisbon", "Zoe Lind": "UTC"}


def test_zone_of_the_reader_does_what_a_time_zone_does(cast: Cast) -> None:
    lisbon, theirs = ZoneInfo("Europe/Lisbon"), ZoneOfReader(cast.marta)
    for at in (datetime(2026, 1, 2, 3, tzinfo=UTC), datetime(2026, 7, 2, 23, 30, tzinfo=UTC)):
        assert at.astimezone(theirs) == at
        assert at.astimezone(theirs).isoformat() == at.astimezone(lisbon).isoformat()
        naive = at.replace(tzinfo=None)
        for of in ("utcoffset", "dst", "tzname"):
            assert getattr(theirs, of)(naive) == getattr(lisbon, of)(naive)
        assert timezone.make_aware(naive, theirs) == timezone.make_aware(naive, lisbon)


def test_no_time_zone_outlives_its_request(cast: Cast, as_: SignIn) -> None:
    User.objects.update(time_zone=TOKYO)
    as_("ana").get("/account/")
    assert timezone.get_current_timezone_name() == "UTC"
