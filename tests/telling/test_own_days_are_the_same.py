"""Ana is away from the 10th to the 21st: her own days are told alike, and those of the group stay.

NOW is Wednesday 16 September 2026. LLM basics was due on the 6th, Prompt engineering on the 13th, Indexation is due on
the 20th, RAG on the 27th.
"""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.db import transaction
from django.urls import reverse

from groups.actions.plan import set_plan
from groups.models import Enrolment
from people.models import MailChoice, User
from people.outbox import tell
from telling.dashboards.calendar_events import calendar_events
from tests.conftest import NOW, Cast, SignIn
from tests.factories.groups import AbsenceFactory
from tests.factories.tracker import AgreedStepFactory, CheckInFactory
from tests.mails import deliver
from tracker.dashboards.board.standings import live_snapshots
from tracker.dashboards.group_overviews import group_overview

BACK = date(2026, 9, 22)


@pytest.fixture
def away(cast: Cast) -> Cast:
    User.objects.update(last_login=NOW)
    Enrolment.objects.update(last_active_at=NOW - timedelta(days=15))
    AbsenceFactory.create(
        enrolment=cast.enrolment("ana"),
        starts_on=date(2026, 9, 10),
        ends_on=BACK - timedelta(days=1),
        accepted_by=cast.marta,
    )
    return cast


def flat(text: object) -> str:
    return " ".join(str(text).split())


def test_my_week_says_that_nothing_becomes_late_while_away_and_what_was_late_before(
    away: Cast, as_: SignIn
) -> None:
    step = AgreedStepFactory.create(
        group=away.clover, enrolment=away.enrolment("ana"), due_on=date(2026, 9, 15)
    )
    page = as_("ana").get(reverse("tracker:week", args=[away.clover.pk]))
    week = page.context["week"]
    # It was late before; Prompt engineering, due on the 13th, is not.
    late = ("LLM basics", date(2026, 9, 6), True)
    assert (week.shown.milestone.title, week.shown.due_on, week.shown.is_late) == late
    assert week.me.standing.behind_by == 1
    assert "<b>You are away until Monday 21 September.</b> Nothing becomes late on these days." in flat(
        page.text
    )
    assert [(each.step, each.due_on) for each in week.steps] == [(step, BACK)]
    with time_machine.travel(datetime(2026, 9, BACK.day + 1, 10, tzinfo=NOW.tzinfo), tick=False):
        week = as_("ana").get(reverse("tracker:week", args=[away.clover.pk])).context["week"]
    assert week.shown.due_on == date(2026, 9, 6)
    assert week.me.standing.behind_by == 3


def test_mentor_and_course_admin_read_that_they_are_away_and_no_reason(away: Cast, as_: SignIn) -> None:
    row = as_("marta").get(reverse("tracker:my-groups")).context["dashboard"].cards[0].sheet.rows[0]
    assert (row.first_name, row.member.words.text) == ("Ana", "away until Monday")
    students, _ = live_snapshots(away.cohort, NOW)
    reasons = {each.enrolment_id: each.reasons for each in students}
    assert reasons[away.ana.enrolment_id] == []
    assert reasons[away.bruno.enrolment_id]
    page = as_("marta").get(
        reverse("tracker:student-detail", args=[away.ana.enrolment_id]), {"kind": "progress"}
    )
    assert "due Tue 22 September" in page.text
    assert "due Sun 13 September" not in page.text
    # The plan has the days of the group.
    plan = [each.due_on for each in group_overview(away.clover, now=NOW).plan]
    assert [each.day for each in plan if each] == [6, 13, 20, 27]


def test_course_says_that_nothing_becomes_late(away: Cast, as_: SignIn) -> None:
    rows = {name: as_(name).get("/courses/llm/").context["rows"] for name in ("ana", "bruno")}
    assert [row.is_late for row in rows["ana"]] == [True, False, False, False]
    assert [row.is_late for row in rows["bruno"]] == [True, True, False, False]


def test_calendar_has_the_own_days_of_a_student_and_the_group_s_of_a_mentor(away: Cast) -> None:
    found = {
        name: sorted(event.on.day for event in calendar_events(person, NOW) if event.uid.startswith("due"))
        for name, person in (("ana", away.person("ana")), ("marta", away.marta))
    }
    assert found == {"ana": [6, 22, 22, 27], "marta": [6, 13, 20, 27]}


def test_mails_say_the_own_day(away: Cast) -> None:
    ana = away.enrolment("ana")
    plan = {item.milestone_id: item.due_on for item in away.clover.plan_items.all()}
    plan[away.milestones[2].pk] = date(2026, 9, 24)
    set_plan(group=away.clover, plan=plan, by=away.ines, at=NOW)
    MailChoice.objects.create(person=away.marta, kind="group", soon="at_once")
    subjects = {one.to[0].partition("@")[0]: one.subject for one in deliver()}
    moved = "Indexation is due Thu 24 September, not"
    assert subjects["ana"] == f"{moved} Tue 22 September"
    assert subjects["marta"] == subjects["bruno"] == f"{moved} Sun 20 September"
    AgreedStepFactory.create(group=away.clover, enrolment=ana, text="Read", due_on=date(2026, 9, 18))
    check_in = CheckInFactory.create(group=away.clover, logged_by=away.marta)
    with transaction.atomic():
        tell("check_in_logged", by=away.marta, at=NOW, check_in=check_in.pk)
    (logged,) = [one for one in deliver(NOW + timedelta(hours=1)) if one.to == [ana.person.email]]
    assert "By Tue 22 September: Read" in flat(logged.body)
