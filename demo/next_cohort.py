"""The cohort that begins next Monday: 31 people are enrolled, their groups are still to be formed."""

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from courses.models import Cohort
from demo.days import Days
from demo.records import DemoCourse
from demo.set_up import TIME_ZONE
from groups.actions.enrolment import enrol_many
from groups.actions.forming import note_willing, note_wish
from groups.models import Enrolment
from people.models import User


def next_people(content: dict[str, Any]) -> dict[str, str]:
    return {key: row[0] for key, row in content["students"].items()}


def set_up_next_cohort(demo: DemoCourse, content: dict[str, Any], *, today: date) -> Cohort:
    days = Days.of(weeks_ago=-1, today=today, zone=ZoneInfo(TIME_ZONE))
    at, by = days.moment("w-2 wed 10:20"), demo.admin
    # Named for another month than the running cohort, which began three weeks before it.
    month = days.starts_on + timedelta(days=10)
    cohort = Cohort.objects.create(
        course=demo.course,
        title=f"{month:%B %Y}",
        starts_on=days.starts_on,
        time_zone=TIME_ZONE,
        changed_by=by,
        changed_at=at,
    )
    zones = {key: row[1] for key, row in content["students"].items()}
    zones |= {key: row[0] for key, row in content["mentors"].items()}
    for key, zone in zones.items():
        demo.people[key].time_zone = zone
    User.objects.bulk_update([demo.people[key] for key in zones], ["time_zone"])
    rows = [
        Enrolment(
            cohort=cohort,
            person=demo.people[key],
            started_on=cohort.starts_on,
            hours_a_week=hours or None,
            level=level,
        )
        for key, (_, _, hours, level) in content["students"].items()
    ]
    made = enrol_many(cohort=cohort, enrolments=rows, by=by, at=at)
    enrolment_of = dict(zip(content["students"], made, strict=True))
    for key, (_, most) in content["mentors"].items():
        note_willing(cohort=cohort, person=demo.people[key], most_groups=most, by=by, at=at)
    for kind, pairs in content["wishes"].items():
        for one, other in pairs:
            note_wish(one=enrolment_of[one], other=enrolment_of[other], kind=kind, by=by, at=at)
    return cohort
