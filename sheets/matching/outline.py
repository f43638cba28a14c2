"""Compares an outline with the course: its sections and links, and milestones with their order and materials."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import chain
from typing import Any

from courses.models import Course, CourseLink, CourseSection, Material, Milestone
from courses.models.course_link import MOST_LINKS
from lib.markdown_bounds import LONGEST
from lib.names import clean_name
from lib.text import folded
from sheets.matching.modules import ModuleFinder
from sheets.matching.plan import SKIPPED, ImportPlan, Verdict
from sheets.models import SheetImport
from sheets.understanding.outline import PREREQUISITES, Outline, OutlinePart
from sheets.understanding.replaced import is_calendar_section, is_tracking_sheet

_LONGEST_NAME = 60
type _Row = CourseSection | CourseLink | Milestone | Material


@dataclass(slots=True)
class CourseChanges:
    """New rows, unsaved, and new values of rows that are there.

    `order` lists all milestones in their new order. It is empty if the order stays; then new ones come last.
    """

    new: list[_Row] = field(default_factory=list)
    edits: dict[_Row, dict[str, Any]] = field(default_factory=dict)
    order: list[Milestone] = field(default_factory=list)

    def write(self, row: _Row, **values: Any) -> None:
        """Write a new row, or new values of one that is there."""
        if row.pk is None:
            for name, value in values.items():
                setattr(row, name, value)
            self.new.append(row)
        else:
            self.edits.setdefault(row, {}).update(values)


type _Plan = ImportPlan[CourseChanges]


def plan_outline(*, sheet_import: SheetImport, outline: Outline) -> _Plan:
    """Work out what an outline changes: sections, links, milestones (by title), their order and materials."""
    course = sheet_import.course
    plan: _Plan = ImportPlan(CourseChanges(), turned=sheet_import.turned)
    _sections(plan, course, outline)
    _links(plan, course, outline.sections)
    finder = ModuleFinder(course, sheet_import.answers, may_be_new=True)
    known: dict[int, set[str]] = defaultdict(set)
    for pk, url in Material.objects.filter(milestone__course=course).values_list("milestone", "url"):
        known[pk].add(url)
    matched: list[Milestone] = []
    seen: dict[int | str, int] = {}
    for part in outline.milestones:
        location = f"line {part.line}"
        there = finder.find(part.title, location)
        key = there.pk if there else part.title
        if not there and not finder.is_new(part.title):
            plan.add(Verdict.UNREADABLE, part.title, location, SKIPPED)
        elif key in seen:
            plan.add(Verdict.DUPLICATE, part.title, location, f"The same milestone is in line {seen[key]}.")
        else:
            seen[key] = part.line
            milestone = there or Milestone(course=course, title=part.title)
            is_there = _milestone(plan, part, milestone)
            matched += [milestone] if is_there else []
            # Links that the milestone has, or had, stay as they are here.
            urls = known[milestone.pk] if milestone.pk else set()
            for link in part.links:
                where, why = f"line {link.line}", f"{part.title}: {link.url}"
                if link.url in urls:
                    plan.add(Verdict.UNCHANGED, link.name, where, why)
                    continue
                verdict, why = _new_link(why, is_replaced=is_tracking_sheet(link, in_tracking=False))
                if plan.propose(verdict, link.name, where, why, is_possible=is_there):
                    kind = Material.Kind.VIDEO if link.kind == "Video" else Material.Kind.PAGE
                    title = link.name[:300]
                    plan.changes.write(Material(milestone=milestone, title=title, url=link.url, kind=kind))
                urls.add(link.url)
    for line, what, why in outline.unread:
        plan.add(Verdict.UNREADABLE, what, f"line {line}", why)
    _order(plan, finder.milestones, matched)
    plan.clarifications = finder.clarifications
    if outline.milestones:
        for milestone in finder.milestones:
            if milestone.pk not in seen:
                plan.add(Verdict.MISSING, milestone.title, "", "in the course but not in the outline; kept")
    else:
        plan.notes.append(
            "No weeks with topics were found. A week begins with a line such as “Week 1 (3 hours)”, and a list of"
            " topics follows."
        )
    return plan


def _sections(plan: _Plan, course: Course, outline: Outline) -> None:
    """A section that was edited or deleted here is overwritten only if somebody ticks it."""
    parts, milestones = outline.sections, [part.title for part in outline.milestones]
    named = {_key(part.title) for part in parts}
    known: dict[str, list[CourseSection]] = defaultdict(list)
    for row in course.sections.order_by("position", "pk"):
        # Renamed here, it still is the section of the file.
        imported = _key(row.imported_title)
        known[imported if imported in named else _key(row.title)].append(row)
    for part in parts:
        rows = known[_key(part.title)]
        row = rows.pop(0) if rows else CourseSection(course=course, meant_for=part.meant_for or "everybody")
        title, text, location, why = clean_name(part.title), part.text, f"line {part.line}", "a section"
        versions: tuple[str, ...] = (row.body, text) if row.body else (text,)
        if len(text) > LONGEST:
            why = f"It has {len(text):,} characters; a section has {LONGEST:,} at most."
            plan.add(Verdict.UNREADABLE, title, location, why)
            continue
        if row.pk is None and part.is_tracking:
            verdict, why = (
                Verdict.REPLACED,
                "a section for tracking, which Trefoil does. Tick it to have it",
            )
        elif row.pk is None and is_calendar_section(title, text, milestones):
            verdict, why = (
                Verdict.REPLACED,
                "a section of the calendar, which Trefoil has. Tick it to have it",
            )
        elif row.pk is None:
            verdict, why = Verdict.NEW, f"a section, for {row.get_meant_for_display()}"
        elif row.is_deleted:
            verdict, why = Verdict.BOTH, "a section that was deleted here. Tick it to have it again"
        elif row.body.split() == text.split():
            plan.add(Verdict.UNCHANGED, row.title, location, why)
            continue
        elif row.imported_body == text:
            plan.add(Verdict.BOTH, row.title, location, "a section. The file says what it said before; kept")
            continue
        elif row.is_as_imported:
            verdict = Verdict.CHANGED
        else:
            verdict, why = Verdict.BOTH, "a section. Tick it to take the text of the file"
        values = {"title": title, "body": text, "imported_title": title, "imported_body": text}
        if plan.propose(verdict, title, location, why, versions=versions):
            plan.changes.write(row, **values)
        elif verdict == Verdict.BOTH and not row.is_deleted:
            # The file's text is remembered as read.
            plan.changes.write(row, imported_title=title, imported_body=text)
    for row in chain.from_iterable(known.values()):
        if row.imported_body:
            plan.add(Verdict.MISSING, row.title, "", "in the course but not in the outline; kept")


def _key(title: str) -> str:
    """Prerequisites have many names."""
    words = folded(title)
    return "prerequisites" if PREREQUISITES.match(words) else words or title


def _links(plan: _Plan, course: Course, parts: Sequence[OutlinePart]) -> None:
    """Propose as many as the course has room for, known kinds first. All stay in the text of their sections."""
    known = set(course.links.values_list("url", flat=True))
    fresh: set[str] = set()
    links = [
        (is_tracking_sheet(link, in_tracking=part.is_tracking), link) for part in parts for link in part.links
    ]
    for is_replaced, link in sorted(links, key=lambda each: (each[0], not each[1].kind)):
        location, name = f"line {link.line}", clean_name(link.name)
        if link.url in known:
            plan.add(Verdict.UNCHANGED, name, location, f"a link of the course: {link.url}")
        elif link.url.startswith("https:") and link.url not in fresh:
            fresh.add(link.url)
            if len(known) + len(fresh) > MOST_LINKS:
                why = (
                    f"A course has {MOST_LINKS} links at the top of its page. This one stays in its section."
                )
                plan.add(Verdict.UNREADABLE, name, location, why)
                continue
            name = name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1].rstrip()}…"
            why = f"a link at the top of the page of the course: {link.url}"
            verdict, why = _new_link(why, is_replaced=is_replaced)
            if plan.propose(verdict, name, location, why):
                plan.changes.write(CourseLink(course=course, name=name, url=link.url))


def _new_link(why: str, *, is_replaced: bool) -> tuple[Verdict, str]:
    if is_replaced:
        return Verdict.REPLACED, f"for tracking, which Trefoil does. Tick it to have it ({why})"
    return Verdict.NEW, why


def _milestone(plan: _Plan, part: OutlinePart, milestone: Milestone) -> bool:
    """Return whether there is such a milestone, or a new one that is taken."""
    label, location = _label(part.week, part.hours, part.hours_shared), f"line {part.line}"
    text = part.text[:LONGEST]
    versions: tuple[str, ...] = (text,) if text else ()
    values: dict[str, Any] = {"week": part.week, "planned_hours": part.hours}
    if milestone.pk is None:
        is_taken = plan.propose(Verdict.NEW, part.title, location, label, versions=versions)
        if is_taken:
            plan.changes.write(milestone, **values, summary=text)
        return is_taken
    values = {name: value for name, value in values.items() if value not in (None, getattr(milestone, name))}
    reason = f"{label}; before: {_label(milestone.week, milestone.planned_hours) or 'no week or hours'}"
    if not values:
        plan.add(Verdict.UNCHANGED, milestone.title, location)
    elif plan.propose(Verdict.CHANGED, milestone.title, location, reason):
        plan.changes.write(milestone, **values)
    if text and text.split() != milestone.summary.split():
        verdict, reason = Verdict.NEW, "the text below it"
        if milestone.summary:
            verdict, reason = Verdict.BOTH, "its text. Tick it to take that of the file"
            versions = (milestone.summary, text)
        if plan.propose(verdict, milestone.title, location, reason, versions=versions):
            plan.changes.write(milestone, summary=text)
    return True


def _label(week: int | None, hours: Decimal | None, shared: int = 1) -> str:
    labels = [f"week {week}"] if week else []
    if hours is not None:
        labels.append(f"{hours.normalize():f} hours" + (f" (shared among {shared})" if shared > 1 else ""))
    return ", ".join(labels)


def _order(plan: _Plan, milestones: Sequence[Milestone], matched: Sequence[Milestone]) -> None:
    """The outline's order; milestones not in it stay after the milestone they follow now."""
    order = list(matched)
    for n, milestone in enumerate(milestones):
        if milestone not in order:
            after = next((order.index(row) for row in reversed(milestones[:n]) if row in order), -1)
            order.insert(after + 1, milestone)
    kept = [milestone for milestone in order if milestone.pk]
    moved = [new.title for old, new in zip(milestones, kept, strict=True) if old != new and new in matched]
    why = "Tick it to have the order of the file"
    if kept == milestones or plan.propose(Verdict.MOVED, ", ".join(moved), "", why):
        plan.changes.order = order
