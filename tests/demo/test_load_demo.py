from collections.abc import Iterator
from datetime import datetime, timedelta
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import models
from django.utils import timezone
from django.utils.text import slugify

from courses.models import Cohort, Course
from demo.files import read
from groups.models import Group
from questions.models import Question
from tests.conftest import Cast
from tracker.dashboards.group_overviews import GroupOverview, group_overviews, group_statuses
from tracker.models import CheckIn, Progress
from tracker.standing import words_of

LISBON = ZoneInfo("Europe/Lisbon")

# The state of the demo depends on the weekday: the first minutes of a week after the clocks went
# back, the last minutes of a Sunday after the turn of a year. The Wednesday of all tests is in loaded/.
DAYS = [
    datetime(2026, 10, 26, 0, 5, tzinfo=LISBON),
    datetime(2027, 1, 3, 23, 55, tzinfo=LISBON),
]

# Days that are meant to lie ahead, and the end of an invitation.
AHEAD = {
    "LinkCheck.check_at",
    "PlanItem.due_on",
    "Pause.starts_on",
    "Pause.ends_on",
    "MentorAway.ends_on",
    "AgreedStep.due_on",
    "AttentionPutAside.until_on",
    "Invitation.expires_at",
    # Of the cohort that begins next Monday.
    "Cohort.starts_on",
    "Enrolment.started_on",
    "HistoricalEnrolment.started_on",
}

# Topics are found by the machine, whenever the demo is loaded.
AWAKE = ("Topic.", "Placement.", "HistoricalTopic.", "HistoricalPlacement.")


def load(*options: str) -> list[str]:
    output = StringIO()
    call_command("load_demo", *options, stdout=output)
    return output.getvalue().splitlines()


def every_model() -> list[type[models.Model]]:
    return [
        model
        for app in ("people", "courses", "groups", "questions", "tracker", "trends")
        for model in apps.get_app_config(app).get_models()
    ]


def every_row() -> dict[str, list[dict[str, Any]]]:
    return {
        model._meta.label: list(model._default_manager.order_by("pk").values()) for model in every_model()
    }


def dates() -> Iterator[tuple[str, Any]]:
    """All days and moments of all rows, histories among them, by "Model.field"."""
    for model in every_model():
        names = [field.name for field in model._meta.fields if isinstance(field, models.DateField)]
        for row in model._default_manager.values(*names) if names else ():
            for name, value in row.items():
                if value is not None:
                    yield f"{model._meta.object_name}.{name}", value


def overviews(cohort: Cohort) -> dict[str, GroupOverview]:
    groups = Group.objects.filter(cohort=cohort).in_order()
    return {overview.group.name: overview for overview in group_overviews(groups, now=timezone.now())}


def current() -> Cohort:
    return Cohort.objects.exclude(groups=None).distinct().get(closed_on=None)


# The other tests count the lines once.
@pytest.mark.no_cover
@pytest.mark.parametrize("now", DAYS, ids=lambda now: f"{now:%A}")
def test_load_demo_tells_the_same_on_every_weekday(db: None, now: datetime) -> None:
    with time_machine.travel(now, tick=False):
        load()
        assert_story(now)


def assert_story(now: datetime) -> None:
    """Nothing lies ahead that should not, nobody worked at night, and the groups are where they should be."""
    today = now.date()
    moments = [(name, value) for name, value in dates() if name not in AHEAD]
    assert [pair for pair in moments if pair[1] > (now if isinstance(pair[1], datetime) else today)] == []
    asleep = {
        (name, local.time())
        for name, value in moments
        if not name.startswith(AWAKE)
        if isinstance(value, datetime) and not 7 <= (local := value.astimezone(LISBON)).hour <= 22
    }
    assert asleep == set()
    groups = overviews(current())
    assert current().starts_on == today - timedelta(days=14 + today.weekday())
    assert_standings(groups)
    assert_check_ins(groups, now)
    assert_waiting_for_a_decision()


def assert_waiting_for_a_decision() -> None:
    """On the first look there is a request of each state in the queue."""
    requests = CheckIn.objects.filter(group__cohort=current()).exclude(request="")
    assert {(bool(row.request_taken_at), bool(row.request_settled_at)) for row in requests} > {
        (False, False),
        (True, False),
    }


def assert_standings(groups: dict[str, GroupOverview]) -> None:
    members = [member for overview in groups.values() for member in overview.members]
    flagged = {
        (member.name, member.standing.attention.value, member.standing.reasons[0].code.value)
        for member in members
        if member.standing.attention != "none"
    }
    assert flagged == {
        ("Bruno Sá", "act", "needs_help"),
        ("Nguyễn Thu Trang", "act", "behind"),
        ("Emre Kaya", "watch", "behind"),
    }
    assert {member.name for member in members if member.standing.work.ahead_by > 1} == {"Ravi Menon"}
    assert {member.name for member in members if member.standing.is_set_aside} == {"Luis Ángel Quispe"}
    aside = next(member for member in members if member.standing.is_set_aside)
    assert aside.standing.reasons[0].attention == "act"
    # One in five at most, or the board says that the rule says nothing.
    assert len(flagged) * 5 <= len(members)
    bruno, ana = (next(m for m in members if m.name == name) for name in ("Bruno Sá", "Ana Ruivo"))
    assert "for 8 days" in words_of(bruno.standing.reasons[0]).full
    assert Progress.objects.get(state="need_help").question == Question.objects.get(title__contains="proxy")
    assert "stuck" in {
        r.code.value for m in members if m.name == "Nguyễn Thu Trang" for r in m.standing.reasons
    }
    assert (ana.standing.behind_by, len(ana.standing.work.due)) == (1, 2)
    assert {name: len(overview.members) for name, overview in groups.items()} == {
        "Clover": 3,
        "Juniper": 4,
        "Rowan": 2,
        "Sorrel": 3,
        "Tansy": 3,
    }


def assert_check_ins(groups: dict[str, GroupOverview], now: datetime) -> None:
    by_id = group_statuses(list(groups.values()))
    statuses = {name: by_id[overview.group.pk] for name, overview in groups.items()}
    states = {
        name: [(week.state.value, week.outcome) for week in status.weeks[:2]]
        for name, status in statuses.items()
    }
    assert states == {
        "Clover": [("done", "held"), ("done", "held")],
        "Juniper": [("done", "cancelled"), ("done", "held")],
        "Rowan": [("done", "held"), ("covered", "held")],
        "Sorrel": [("done", "held"), ("late", None)],
        "Tansy": [("missed", None), ("done", "held")],
    }
    # Clover's is always there to be logged, two others once their hour has passed.
    this_week = {name: week.state.value for name, status in statuses.items() if (week := status.this_week)}
    weekday, hour = now.weekday(), now.hour
    assert this_week == {
        "Clover": "due",
        "Juniper": "done" if (weekday, hour) >= (0, 18) else "due",
        "Rowan": "covered" if (weekday, hour) >= (3, 14) else "due",
        "Sorrel": "due",
        "Tansy": "due",
    }
    reasons = {name: {r.code.value for r in status.reasons} for name, status in statuses.items()}
    assert reasons == {
        "Clover": set(),
        "Juniper": set(),
        "Rowan": {"questions_open"},
        "Sorrel": {"check_in_late"},
        "Tansy": {"questions_open", "few_minutes"},
    }


def test_load_demo_refuses_to_stand_beside_others(cast: Cast) -> None:
    before = every_row()
    with pytest.raises(CommandError, match="This database has people who do not belong to the demo"):
        load()
    assert every_row() == before


def test_load_demo_beside_others_leaves_what_is_theirs(cast: Cast) -> None:
    Course.objects.filter(pk=cast.course.pk).update(slug=slugify(read("course")["title"]))
    before = every_row()
    assert load("--beside-others") == [
        "Loaded the demo: Large Language Model Specialization, 7 milestones.",
        "June 2026, over: 3 groups, 9 students, 36 questions.",
        "August 2026, in its third week today: 5 groups, 17 students, 42 questions.",
        "October 2026, begins next Monday: 31 students, no groups yet.",
        "With DEMO=1 the sign-in page offers one click as student, mentor, course admin.",
    ]
    after = every_row()
    for label, rows in before.items():
        kept = {row["id"]: row for row in after[label]} if rows else {}
        assert [kept[row["id"]] for row in rows] == rows, label
    assert Course.objects.count() == 3
