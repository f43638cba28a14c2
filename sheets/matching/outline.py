"""Compares an outline and a list of materials with the course."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from courses.models import Course, Material, Milestone
from lib.text import folded
from sheets.matching.modules import ModuleFinder
from sheets.matching.plan import ImportPlan, Verdict
from sheets.understanding.materials import MaterialEntry, MaterialsTable
from sheets.understanding.outline import Outline, OutlineTopic

PREREQUISITES = "Prerequisites"


@dataclass(slots=True)
class CourseChanges:
    """New values of the course, of milestones and materials (by id), and new milestones and materials.

    `order` lists all milestones in their new order: an id, or the title of a new one. It is empty if the order stays;
    then new ones come last. A new material has the id of its milestone, or the title of a new one.
    """

    course: dict[str, Any] = field(default_factory=dict)
    # The text of sections of the course, by title.
    sections: dict[str, str] = field(default_factory=dict)
    new: dict[str, dict[str, Any]] = field(default_factory=dict)
    edits: dict[int, dict[str, Any]] = field(default_factory=dict)
    order: list[int | str] = field(default_factory=list)
    new_materials: list[tuple[int | str, dict[str, Any]]] = field(default_factory=list)
    material_edits: dict[int, dict[str, Any]] = field(default_factory=dict)


def plan_outline(*, course: Course, outline: Outline, answers: dict[str, str]) -> ImportPlan[CourseChanges]:
    """Work out what an outline changes: milestones (by title), their order, and the course's settings."""
    plan = ImportPlan(CourseChanges())
    _course_words(plan, course, outline)
    finder = ModuleFinder(course, answers, may_be_new=True)
    matched: list[int | str] = []
    seen: dict[int | str, int] = {}
    for topic in outline.topics:
        location = f"line {topic.line}"
        milestone = finder.find(topic.title, location).milestone
        key: int | str = milestone.pk if milestone else topic.title
        if not milestone and not finder.is_new(topic.title):
            plan.add(Verdict.UNREADABLE, topic.title, location, "Skipped, as you chose.")
        elif key in seen:
            plan.add(Verdict.DUPLICATE, topic.title, location, f"The same milestone is in line {seen[key]}.")
        else:
            seen[key] = topic.line
            matched.append(key)
            _milestone(plan, topic, milestone, location)
    for line, what, why in outline.unread:
        plan.add(Verdict.UNREADABLE, what, f"line {line}", why)
    _order(plan, finder.milestones, matched)
    plan.clarifications = finder.clarifications
    if outline.topics:
        for milestone in finder.milestones:
            if milestone.pk not in seen:
                plan.add(Verdict.MISSING, milestone.title, "", "in the course but not in the outline; kept")
    else:
        plan.notes.append(
            "No weeks with topics were found. A week begins with a line such as “Week 1 (3 hours)”, and a list of"
            " topics follows."
        )
    return plan


def _course_words(plan: ImportPlan[CourseChanges], course: Course, outline: Outline) -> None:
    values = {
        "group_size": outline.group_size,
        "weekly_minutes": outline.weekly_minutes,
    }
    labels = {
        "group_size": "Group size",
        "weekly_minutes": "Mentor's minutes per week",
    }
    for name, value in values.items():
        old = getattr(course, name)
        if value is None:
            continue
        if old == value:
            plan.add(Verdict.UNCHANGED, labels[name], "", f"{str(value)[:200]}")
            continue
        plan.changes.course[name] = value
        details = f"{old} becomes {value}" if old else str(value)
        plan.add(Verdict.CHANGED if old else Verdict.NEW, labels[name], "", details)
    if not outline.prerequisites:
        return
    known = course.sections.in_order().filter(title=PREREQUISITES).first()
    if known and known.body == outline.prerequisites:
        plan.add(Verdict.UNCHANGED, PREREQUISITES, "", outline.prerequisites[:200])
        return
    plan.changes.sections[PREREQUISITES] = outline.prerequisites
    plan.add(Verdict.CHANGED if known else Verdict.NEW, PREREQUISITES, "", outline.prerequisites)


def _milestone(
    plan: ImportPlan[CourseChanges], topic: OutlineTopic, milestone: Milestone | None, location: str
) -> None:
    values = {"week": topic.week, "planned_hours": topic.hours}
    labels = [f"week {topic.week}"] if topic.week else []
    if topic.hours is not None:
        shared = f" (shared among {topic.hours_shared})" if topic.hours_shared > 1 else ""
        labels.append(f"{topic.hours.normalize():f} hours{shared}")
    if milestone is None:
        plan.changes.new[topic.title] = {"title": topic.title, **values}
        plan.add(Verdict.NEW, topic.title, location, ", ".join(labels))
        return
    differing = {
        name: value
        for name, value in values.items()
        if value is not None and getattr(milestone, name) != value
    }
    if differing:
        plan.changes.edits[milestone.pk] = differing
    previous = ", ".join(
        filter(
            None,
            [
                f"week {milestone.week}" if milestone.week else "",
                f"{milestone.planned_hours} hours" if milestone.planned_hours is not None else "",
            ],
        )
    )
    reason = f"{', '.join(labels)}; before: {previous or 'no week or hours'}" if differing else ""
    plan.add(Verdict.CHANGED if differing else Verdict.UNCHANGED, milestone.title, location, reason)


def _order(
    plan: ImportPlan[CourseChanges], milestones: Sequence[Milestone], matched: Sequence[int | str]
) -> None:
    """The outline's order; milestones not in it stay after the milestone they follow now."""
    before = [milestone.pk for milestone in milestones]
    order: list[int | str] = list(matched)
    for n, pk in enumerate(before):
        if pk not in order:
            after = next((order.index(other) for other in reversed(before[:n]) if other in order), -1)
            order.insert(after + 1, pk)
    plan.changes.order = order
    kept = [pk for pk in order if isinstance(pk, int)]
    titles = {milestone.pk: milestone.title for milestone in milestones}
    if kept != before:
        moved = [titles[pk] for old, pk in zip(before, kept, strict=True) if old != pk and pk in matched]
        plan.add(Verdict.MOVED, ", ".join(moved), "", "in the order of the outline")


def plan_materials(
    *, course: Course, tables: Mapping[int, MaterialsTable], answers: dict[str, str]
) -> ImportPlan[CourseChanges]:
    """Work out what a list of materials changes. Milestone and URL identify a material; without a URL, its title.

    A milestone that the course does not have is created.
    """
    plan = ImportPlan(CourseChanges())
    finder = ModuleFinder(course, answers, may_be_new=True)
    made: dict[str, Milestone] = {}
    materials = _MaterialPlanner(course)
    for n, table in tables.items():
        for unread in table.unread:
            plan.add(Verdict.UNREADABLE, unread.what, unread.location, unread.reason, table=n, row=unread.row)
        for entry in table.entries:
            milestone = finder.find(entry.milestone, entry.location).milestone
            if milestone is None and not finder.is_new(entry.milestone):
                why = "Skipped with its milestone, as you chose."
                plan.add(Verdict.UNREADABLE, entry.title, entry.location, why, table=n, row=entry.row)
                continue
            if milestone is None:
                milestone = _made(plan, course, entry, made)
            materials.match(plan, entry, milestone)
    plan.clarifications = finder.clarifications
    materials.list_missing(plan)
    return plan


def _made(
    plan: ImportPlan[CourseChanges], course: Course, entry: MaterialEntry, made: dict[str, Milestone]
) -> Milestone:
    """The new milestone that the materials name."""
    key = folded(entry.milestone) or entry.milestone
    if key not in made:
        made[key] = Milestone(course=course, title=entry.milestone, week=entry.week)
        plan.changes.new[entry.milestone] = {"title": entry.milestone, "week": entry.week}
        week = f"in week {entry.week}" if entry.week else "in no week"
        plan.add(Verdict.NEW, entry.milestone, entry.location, f"a milestone that the materials name, {week}")
    return made[key]


class _MaterialPlanner:
    """The existing materials of the course, by milestone and URL or title."""

    def __init__(self, course: Course) -> None:
        rows = (
            Material.objects.in_use().in_order().filter(milestone__course=course).select_related("milestone")
        )
        self._all = list(rows)
        self._known: dict[tuple[int | str, str], Material] = {}
        for material in reversed(self._all):
            self._known[material.milestone_id, _key(material.url, material.title)] = material
        self._seen: dict[tuple[int | str, str], str] = {}
        self._named: set[int | str] = set()

    def match(self, plan: ImportPlan[CourseChanges], entry: MaterialEntry, milestone: Milestone) -> None:
        of: int | str = milestone.pk or milestone.title
        key = (of, _key(entry.url, entry.title))
        if key in self._seen:
            plan.add(
                Verdict.DUPLICATE,
                entry.title,
                entry.location,
                f"The same material of {milestone} is in {self._seen[key]}.",
            )
            return
        self._seen[key] = entry.location
        self._named.add(of)
        values: dict[str, Any] = {
            "title": entry.title,
            "kind": entry.kind or None,
            "minutes": entry.minutes,
            "is_optional": entry.is_optional,
        }
        values = {name: value for name, value in values.items() if value is not None}
        known = self._known.get(key)
        details = [str(milestone), *entry.notes]
        if known is None:
            plan.changes.new_materials.append((of, {"url": entry.url, **values}))
            plan.add(Verdict.NEW, entry.title, entry.location, "; ".join(details))
            return
        differing = {name: value for name, value in values.items() if getattr(known, name) != value}
        if differing:
            plan.changes.material_edits[known.pk] = differing
            details.append(
                ", ".join(
                    f"{name.replace('_', ' ')}: {getattr(known, name)} becomes {value}"
                    for name, value in differing.items()
                )
            )
        plan.add(
            Verdict.CHANGED if differing else Verdict.UNCHANGED,
            entry.title,
            entry.location,
            "; ".join(details),
        )

    def list_missing(self, plan: ImportPlan[CourseChanges]) -> None:
        for material in self._all:
            key = (material.milestone_id, _key(material.url, material.title))
            if material.milestone_id in self._named and key not in self._seen:
                plan.add(
                    Verdict.MISSING,
                    material.title,
                    "",
                    f"{material.milestone}: in the course but not in the file; kept",
                )


def _key(url: str, title: str) -> str:
    return url or folded(title)
