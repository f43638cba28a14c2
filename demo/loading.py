from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F

from courses.models import Cohort
from demo.check_ins import check_in_events
from demo.days import Days
from demo.events import DemoEvent, replay
from demo.files import read, read_all
from demo.groups import group_events
from demo.material import material_events
from demo.meeting_notes import meeting_note_events
from demo.next_cohort import next_people, set_up_next_cohort
from demo.progress import progress_events
from demo.questions import question_events
from demo.records import DemoRun
from demo.reviews import review_events
from demo.set_up import TIME_ZONE, set_up_course, set_up_run
from lib.weeks import today_in
from people.demo import DEMO_DOMAIN
from people.models import User
from people.outbox import without_events
from trends.actions.topics import refresh_topics

_COHORTS = ("past", "now")


@dataclass(frozen=True, slots=True)
class LoadedDemo:
    past: DemoRun
    now: DemoRun
    next: Cohort
    events: int


def is_loaded() -> bool:
    return bool(User.objects.filter(email__iendswith=f"@{DEMO_DOMAIN}").exists())


def has_others() -> bool:
    return bool(User.objects.exclude(email__iendswith=f"@{DEMO_DOMAIN}").exists())


@transaction.atomic
@without_events()
def load_demo(*, at: datetime) -> LoadedDemo:
    """The caller has checked that the demo is not loaded yet."""
    today = today_in(TIME_ZONE, at)
    contents = {cohort: read(cohort, "groups") for cohort in _COHORTS}
    earliest = max(content["starts_weeks_ago"] for content in contents.values())
    days = Days.of(weeks_ago=earliest, today=today, zone=ZoneInfo(TIME_ZONE))
    next_content = read("next", "people")
    people = read("people") | next_people(next_content)
    demo = set_up_course(read("course"), people, at=days.moment("w-4 mon 11:00"))
    runs = {cohort: set_up_run(demo, content, today=today) for cohort, content in contents.items()}
    next_cohort = set_up_next_cohort(demo, next_content, today=today)
    events = [event for cohort, run in runs.items() for event in _events(cohort, run)]
    event_count = replay(events, until=at)
    refresh_topics(course=demo.course, at=at)
    # Everyone without a recent invitation has signed in before, so pages do not show them as new.
    signed_in = User.objects.filter(email__iendswith=f"@{DEMO_DOMAIN}", invitations=None)
    signed_in.update(last_login=F("date_joined") + timedelta(days=1))
    return LoadedDemo(runs["past"], runs["now"], next_cohort, event_count)


def _events(cohort: str, run: DemoRun) -> Iterator[DemoEvent]:
    yield from group_events(run, read(cohort, "groups"))
    yield from progress_events(run, read(cohort, "progress"))
    yield from check_in_events(run, read(cohort, "check_ins"))
    if run.cohort.asks_before_meeting:
        yield from meeting_note_events(run, read(cohort, "meeting_notes"))
    questions = read_all(cohort, "questions")
    yield from question_events(run, questions)
    yield from review_events(run, read(cohort, "reviews"))
    yield from material_events(run, read(cohort, "material"), questions)
