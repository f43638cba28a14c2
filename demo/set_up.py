from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress

from courses.actions.course import create_course
from courses.models import Cohort, Course, CourseLink, CourseSection, Material, Milestone, Pause
from demo.days import Days
from demo.records import DemoCourse, DemoRun
from groups.actions.group import open_group
from people.demo import DEMO_DOMAIN
from people.models import User

TIME_ZONE = "Europe/Lisbon"


def set_up_course(course: dict[str, Any], people: dict[str, str], *, at: datetime) -> DemoCourse:
    persons = {key: _person(key, name, at) for key, name in people.items()}
    EmailAddress.objects.bulk_create(
        EmailAddress(user=person, email=person.email, verified=True, primary=True)
        for person in persons.values()
    )
    admin = persons["ines"]
    fields = ("title", "summary", "group_size", "weekly_minutes")
    made = create_course(course=Course(**{name: course[name] for name in fields}), by=admin, at=at)
    CourseSection.objects.bulk_create(
        CourseSection(course=made, position=n, changed_by=admin, changed_at=at, **row)
        for n, row in enumerate(course["sections"], start=1)
    )
    CourseLink.objects.bulk_create(
        CourseLink(course=made, position=n, **row) for n, row in enumerate(course["links"], start=1)
    )
    milestones = {
        row["key"]: Milestone(
            course=made,
            position=position,
            title=row["title"],
            week=row.get("week"),
            planned_hours=row.get("hours"),
            changed_by=admin,
            changed_at=at,
        )
        for position, row in enumerate(course["milestones"], start=1)
    }
    Milestone.objects.bulk_create(milestones.values())
    materials = {row["key"]: _materials(milestones[row["key"]], row) for row in course["milestones"]}
    Material.objects.bulk_create(material for rows in materials.values() for material in rows)
    return DemoCourse(made, admin, persons, milestones, materials)


def _person(key: str, name: str, at: datetime) -> User:
    return User.objects.create_user(f"{key}@{DEMO_DOMAIN}", name=name, date_joined=at)


def _materials(milestone: Milestone, row: dict[str, Any]) -> list[Material]:
    return [
        Material(
            milestone=milestone,
            position=position,
            kind=kind,
            title=title,
            url=url,
            changed_by=milestone.changed_by,
            changed_at=milestone.changed_at,
        )
        for position, (kind, title, url) in enumerate(row["materials"], start=1)
    ]


def set_up_run(demo: DemoCourse, content: dict[str, Any], *, today: date) -> DemoRun:
    days = Days.of(weeks_ago=content["starts_weeks_ago"], today=today, zone=ZoneInfo(TIME_ZONE))
    at = days.moment("w-2 tue 15:30")
    cohort = Cohort.objects.create(
        course=demo.course,
        title=f"{days.starts_on:%B %Y}",
        starts_on=days.starts_on,
        time_zone=TIME_ZONE,
        asks_before_meeting=content.get("asks_before_meeting", True),
        closed_on=days.day(content["closed"]) if "closed" in content else None,
        changed_by=demo.admin,
        changed_at=at,
    )
    Pause.objects.bulk_create(
        Pause(cohort=cohort, title=row["title"], starts_on=days.day(row["from"]), ends_on=days.day(row["to"]))
        for row in content.get("pauses", ())
    )
    groups = {
        name: open_group(
            cohort=cohort, name=name, meeting=row["meeting"], call=row.get("call", ""), by=demo.admin, at=at
        )
        for name, row in content["groups"].items()
    }
    return DemoRun(demo, cohort, days, groups)
