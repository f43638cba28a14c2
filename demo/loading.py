"""Load the demo: read its content, set the stage, and play what happened until this moment."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F

from demo.asking import question_deeds
from demo.days import Days
from demo.deeds import Deed, play
from demo.files import read, read_all
from demo.improving import improving_deeds
from demo.marks import mark_deeds
from demo.meetings import check_in_deeds
from demo.reviewing import review_deeds
from demo.set_up import TIME_ZONE, open_scene, set_stage
from demo.stage import Scene
from demo.stays import stay_deeds
from lib.weeks import today_in
from people.demo import DEMO_DOMAIN
from people.models import User
from trends.actions.topics import refresh_topics

_COHORTS = ("past", "now")


@dataclass(frozen=True, slots=True)
class LoadedDemo:
    """What was made: the cohorts by their scenes, the past one first, and how many deeds were done."""

    past: Scene
    now: Scene
    deeds: int


def is_loaded() -> bool:
    """Say whether the demo is there, be it of today or of weeks ago, and changed since."""
    return bool(User.objects.filter(email__iendswith=f"@{DEMO_DOMAIN}").exists())


def has_others() -> bool:
    """Say whether there are people who are not of the demo."""
    return bool(User.objects.exclude(email__iendswith=f"@{DEMO_DOMAIN}").exists())


@transaction.atomic
def load_demo(*, at: datetime) -> LoadedDemo:
    """Make the demo as it stands at that moment; the caller has seen that it is not there."""
    today = today_in(TIME_ZONE, at)
    contents = {cohort: read(cohort, "groups") for cohort in _COHORTS}
    earliest = max(content["starts_weeks_ago"] for content in contents.values())
    days = Days.of(weeks_ago=earliest, today=today, zone=ZoneInfo(TIME_ZONE))
    stage = set_stage(read("course"), read("people"), at=days.moment("w-4 mon 11:00"))
    scenes = {cohort: open_scene(stage, content, today=today) for cohort, content in contents.items()}
    deeds = [deed for cohort, scene in scenes.items() for deed in _deeds(cohort, scene)]
    played = play(deeds, until=at)
    refresh_topics(course=stage.course, at=at)
    # Who was not invited lately has been here before: the pages of people say that they can sign in.
    came = User.objects.filter(email__iendswith=f"@{DEMO_DOMAIN}", invitations=None)
    came.update(last_login=F("date_joined") + timedelta(days=1))
    return LoadedDemo(scenes["past"], scenes["now"], played)


def _deeds(cohort: str, scene: Scene) -> Iterator[Deed]:
    yield from stay_deeds(scene, read(cohort, "groups"))
    yield from mark_deeds(scene, read(cohort, "progress"))
    yield from check_in_deeds(scene, read(cohort, "check_ins"))
    questions = read_all(cohort, "questions")
    yield from question_deeds(scene, questions)
    yield from review_deeds(scene, read(cohort, "reviews"))
    yield from improving_deeds(scene, read(cohort, "material"), questions)
