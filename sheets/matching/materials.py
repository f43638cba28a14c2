"""Compares a list of materials with the course."""

from collections.abc import Iterable

from courses.models import Material, Milestone
from lib.text import folded
from sheets.matching.modules import ModuleFinder
from sheets.matching.outline import CourseChanges
from sheets.matching.plan import ImportPlan, Verdict
from sheets.models import SheetImport
from sheets.understanding.materials import MaterialsTable


def plan_materials(
    *, sheet_import: SheetImport, tables: Iterable[MaterialsTable]
) -> ImportPlan[CourseChanges]:
    """Work out what a list of materials changes. Milestone and URL identify a material; without a URL, its title.

    A milestone that the course does not have is created.
    """
    course, plan = sheet_import.course, ImportPlan(CourseChanges())
    finder = ModuleFinder(course, sheet_import.answers, may_be_new=True)
    made: dict[str, Milestone] = {}
    there = list(
        Material.objects.in_use().in_order().filter(milestone__course=course).select_related("milestone")
    )
    known = {_key(row.milestone, row.url, row.title): row for row in reversed(there)}
    # Its location in the file.
    seen: dict[tuple[int | str, str], str] = {}
    for table in tables:
        for unread in table.unread:
            plan.add(Verdict.UNREADABLE, unread.what, unread.location, unread.reason)
        for entry in table.entries:
            milestone = finder.find(entry.milestone, entry.location)
            if milestone is None and not finder.is_new(entry.milestone):
                why = "Skipped with its milestone, as you chose."
                plan.add(Verdict.UNREADABLE, entry.title, entry.location, why)
                continue
            name = folded(entry.milestone) or entry.milestone
            milestone = milestone or made.get(name)
            if milestone is None:
                milestone = made[name] = Milestone(course=course, title=entry.milestone, week=entry.week)
                plan.changes.write(milestone)
                week = f"a milestone that the materials name, in {f'week {entry.week}' if entry.week else 'no week'}"
                plan.add(Verdict.NEW, entry.milestone, entry.location, week)
            key = _key(milestone, entry.url, entry.title)
            if key in seen:
                why = f"The same material of {milestone} is in {seen[key]}."
                plan.add(Verdict.DUPLICATE, entry.title, entry.location, why)
                continue
            seen[key] = entry.location
            material = known.get(key) or Material(milestone=milestone, url=entry.url)
            values = {name: value for name, value in entry.said.items() if value != getattr(material, name)}
            details = [str(milestone), *entry.notes]
            verdict = Verdict.CHANGED if values else Verdict.UNCHANGED
            if material.pk is None:
                verdict = Verdict.NEW
            elif values:
                changes = (
                    f"{name.replace('_', ' ')}: {getattr(material, name)} becomes {value}"
                    for name, value in values.items()
                )
                details.append(", ".join(changes))
            if values:
                plan.changes.write(material, **values)
            plan.add(verdict, entry.title, entry.location, "; ".join(details))
    named = {milestone for milestone, _ in seen}
    for material in there:
        if (
            material.milestone_id in named
            and _key(material.milestone, material.url, material.title) not in seen
        ):
            why = f"{material.milestone}: in the course but not in the file; kept"
            plan.add(Verdict.MISSING, material.title, "", why)
    plan.clarifications = finder.clarifications
    return plan


def _key(milestone: Milestone, url: str, title: str) -> tuple[int | str, str]:
    """The milestone of a material, by its title if it is new, and the URL, or the title without one."""
    return milestone.pk or milestone.title, url or folded(title)
