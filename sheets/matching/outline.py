"""Compares an outline and a list of materials with the course."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from courses.models import Course, Material, Milestone
from lib.markdown_bounds import LONGEST
from lib.text import folded
from sheets.matching.modules import ModuleFinder
from sheets.matching.plan import ImportPlan, PlannedImportLine, Verdict
from sheets.matching.sections import plan_links, plan_sections
from sheets.understanding.materials import MaterialEntry, MaterialsTable
from sheets.understanding.outline import Outline, OutlineTopic

# Of materials: the milestone, or the title of a new one, and the address.
type _Known = set[tuple[int | str, str]]


@dataclass(slots=True)
class CourseChanges:
    """New values of the course, of sections, milestones and materials (by id), and new ones and links.

    `order` lists all milestones in their new order: an id, or the title of a new one. It is empty if the order stays;
    then new ones come last. A new material has the id of its milestone, or the title of a new one.
    """

    course: dict[str, Any] = field(default_factory=dict)
    sections: list[dict[str, Any]] = field(default_factory=list)
    section_edits: dict[int, dict[str, Any]] = field(default_factory=dict)
    links: list[dict[str, str]] = field(default_factory=list)
    new: dict[str, dict[str, Any]] = field(default_factory=dict)
    edits: dict[int, dict[str, Any]] = field(default_factory=dict)
    order: list[int | str] = field(default_factory=list)
    new_materials: list[tuple[int | str, dict[str, Any]]] = field(default_factory=list)
    material_edits: dict[int, dict[str, Any]] = field(default_factory=dict)


def plan_outline(
    *, course: Course, outline: Outline, answers: dict[str, str], turned: Collection[str] = ()
) -> ImportPlan[CourseChanges]:
    """Work out what an outline changes: words of the course, milestones (by title), their order and materials."""
    plan = ImportPlan(CourseChanges(), turned=turned)
    _course_words(plan, course, outline)
    plan_sections(plan, course, outline.sections)
    plan_links(plan, course, outline.links)
    finder = ModuleFinder(course, answers, may_be_new=True)
    known: _Known = {*Material.objects.filter(milestone__course=course).values_list("milestone", "url")}
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
            is_there = _milestone(plan, topic, milestone, location)
            matched += [key] if is_there else []
            _materials(plan, topic, key, known, is_possible=is_there)
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
    for name, label, value in (
        ("group_size", "Group size", outline.group_size),
        ("weekly_minutes", "Mentor's minutes per week", outline.weekly_minutes),
    ):
        old = getattr(course, name)
        if value is None:
            continue
        if old == value:
            plan.add(Verdict.UNCHANGED, label, "", f"{value}")
        elif plan.propose(PlannedImportLine(Verdict.CHANGED, label, "", f"{old} becomes {value}")):
            plan.changes.course[name] = value


def _milestone(
    plan: ImportPlan[CourseChanges], topic: OutlineTopic, milestone: Milestone | None, location: str
) -> bool:
    """Return whether there is such a milestone, or a new one that is taken."""
    values = {"week": topic.week, "planned_hours": topic.hours}
    label, text = _label(topic.week, topic.hours, topic.hours_shared), topic.text[:LONGEST]
    versions: tuple[str, ...] = (text,) if text else ()
    if milestone is None:
        is_taken = plan.propose(
            PlannedImportLine(Verdict.NEW, topic.title, location, label, versions=versions)
        )
        if is_taken:
            plan.changes.new[topic.title] = {"title": topic.title, **values, "summary": text}
        return is_taken
    differing = {
        name: value
        for name, value in values.items()
        if value is not None and getattr(milestone, name) != value
    }
    reason = f"{label}; before: {_label(milestone.week, milestone.planned_hours) or 'no week or hours'}"
    if not differing:
        plan.add(Verdict.UNCHANGED, milestone.title, location)
    elif plan.propose(PlannedImportLine(Verdict.CHANGED, milestone.title, location, reason)):
        plan.changes.edits[milestone.pk] = differing
    if text and text.split() != milestone.summary.split():
        verdict, reason = Verdict.NEW, "the text below it"
        if milestone.summary:
            verdict, reason = Verdict.BOTH, "its text. Tick it to take that of the file"
            versions = (milestone.summary, text)
        if plan.propose(PlannedImportLine(verdict, milestone.title, location, reason, versions=versions)):
            plan.changes.edits.setdefault(milestone.pk, {})["summary"] = text
    return True


def _label(week: int | None, hours: Decimal | None, shared: int = 1) -> str:
    labels = [f"week {week}"] if week else []
    if hours is not None:
        labels.append(f"{hours.normalize():f} hours" + (f" (shared among {shared})" if shared > 1 else ""))
    return ", ".join(labels)


def _materials(
    plan: ImportPlan[CourseChanges], topic: OutlineTopic, of: int | str, known: _Known, *, is_possible: bool
) -> None:
    """Propose the links of a topic. What the milestone has already, or had, stays as it is here."""
    for link in topic.links:
        location, why = f"line {link.line}", f"{topic.title}: {link.url}"
        if (of, link.url) in known:
            plan.add(Verdict.UNCHANGED, link.name, location, why)
            continue
        known.add((of, link.url))
        line = PlannedImportLine(Verdict.NEW, link.name, location, why)
        if plan.propose(line, is_possible=is_possible):
            kind = Material.Kind.VIDEO if link.kind == "Video" else Material.Kind.PAGE
            fields = {"title": link.name[:300], "url": link.url, "kind": kind}
            plan.changes.new_materials.append((of, fields))


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
        line = PlannedImportLine(Verdict.MOVED, ", ".join(moved), "", "in the order of the outline")
        if not plan.propose(line):
            plan.changes.order = []


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
            why = f"The same material of {milestone} is in {self._seen[key]}."
            plan.add(Verdict.DUPLICATE, entry.title, entry.location, why)
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
            changes = (
                f"{name.replace('_', ' ')}: {getattr(known, name)} becomes {value}"
                for name, value in differing.items()
            )
            details.append(", ".join(changes))
        verdict = Verdict.CHANGED if differing else Verdict.UNCHANGED
        plan.add(verdict, entry.title, entry.location, "; ".join(details))

    def list_missing(self, plan: ImportPlan[CourseChanges]) -> None:
        for material in self._all:
            key = (material.milestone_id, _key(material.url, material.title))
            if material.milestone_id in self._named and key not in self._seen:
                why = f"{material.milestone}: in the course but not in the file; kept"
                plan.add(Verdict.MISSING, material.title, "", why)


def _key(url: str, title: str) -> str:
    return url or folded(title)
