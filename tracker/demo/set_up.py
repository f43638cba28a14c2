"""What stands before anything happens: the course, people with their addresses, cohorts with their groups and plans."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress

from courses.models import Cohort, Course, CourseAdmin, Material, Milestone, Pause
from groups.actions.plan import start_plan
from groups.models import Group
from people.demo import DEMO_DOMAIN
from people.models import User
from tracker.demo.days import Days
from tracker.demo.stage import Scene, Stage

TIME_ZONE = "Europe/Lisbon"


def set_stage(course: dict[str, Any], people: dict[str, str], *, at: datetime) -> Stage:
    """Make the people and the course, administered by Inês, at that moment."""
    persons = {key: _person(key, name, at) for key, name in people.items()}
    EmailAddress.objects.bulk_create(
        EmailAddress(user=person, email=person.email, verified=True, primary=True)
        for person in persons.values()
    )
    admin = persons["ines"]
    made = Course.objects.create(
        title=course["title"],
        slug=_free_slug(course["slug"]),
        summary=course["summary"].strip(),
        prerequisites=course["prerequisites"].strip(),
        group_size=course["group_size"],
        weekly_minutes=course["weekly_minutes"],
        changed_by=admin,
        changed_at=at,
    )
    CourseAdmin.objects.create(course=made, person=admin, added_at=at)
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
    return Stage(made, admin, persons, milestones, materials)


def _person(key: str, name: str, at: datetime) -> User:
    return User.objects.create_user(f"{key}@{DEMO_DOMAIN}", name=name, date_joined=at)


def _free_slug(slug: str) -> str:
    """The slug, or one beside it, where other courses stand in the database."""
    taken = set(Course.objects.filter(slug__startswith=slug).values_list("slug", flat=True))
    return slug if slug not in taken else next(s for n in range(2, 99) if (s := f"{slug}-{n}") not in taken)


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


def open_scene(stage: Stage, content: dict[str, Any], *, today: date) -> Scene:
    """Make a cohort with its pauses, groups and plans, as a course admin does in the weeks before it starts."""
    days = Days.of(weeks_ago=content["starts_weeks_ago"], today=today, zone=ZoneInfo(TIME_ZONE))
    at = days.moment("w-2 tue 15:30")
    cohort = Cohort.objects.create(
        course=stage.course,
        title=f"{days.starts_on:%B %Y}",
        starts_on=days.starts_on,
        time_zone=TIME_ZONE,
        closed_on=days.day(content["closed"]) if "closed" in content else None,
        changed_by=stage.admin,
        changed_at=at,
    )
    Pause.objects.bulk_create(
        Pause(cohort=cohort, title=row["title"], starts_on=days.day(row["from"]), ends_on=days.day(row["to"]))
        for row in content["pauses"]
    )
    scene = Scene(stage, cohort, days)
    for name, row in content["groups"].items():
        scene.groups[name] = _group(scene, name, row)
    return scene


def _group(scene: Scene, name: str, row: dict[str, Any]) -> Group:
    group = Group.objects.create(
        cohort=scene.cohort,
        name=name,
        meeting=row["meeting"],
        changed_by=scene.stage.admin,
        changed_at=scene.cohort.changed_at,
    )
    start_plan(group=group)
    for key, words in row.get("plan", {}).items():
        due_on = scene.days.day(words) if words else None
        group.plan_items.update_or_create(milestone=scene.stage.milestones[key], defaults={"due_on": due_on})
    return group
