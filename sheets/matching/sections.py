"""Compares the sections and links of an outline with those of the course."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import chain
from typing import Any

from courses.models import Course, CourseSection
from courses.models.course_link import MOST_LINKS
from lib.markdown_bounds import LONGEST
from lib.names import clean_name
from lib.text import folded
from sheets.matching.plan import ImportPlan, PlannedImportLine, Verdict
from sheets.understanding.outline import PREREQUISITES, OutlineSection
from sheets.understanding.readme_lines import OutlineLink

_LONGEST_NAME = 60
_MeantFor = CourseSection.MeantFor


def plan_sections(plan: ImportPlan[Any], course: Course, sections: Sequence[OutlineSection]) -> None:
    """A section that was edited here is overwritten only if somebody ticks it; what the file says is remembered."""
    there = {_key(section.title) for section in sections}
    known: dict[str, list[CourseSection]] = defaultdict(list)
    for row in course.sections.in_order():
        # Renamed here, it still is the section of the file.
        imported = _key(row.imported_title)
        known[imported if imported in there else _key(row.title)].append(row)
    for section in sections:
        rows = known[_key(section.title)]
        if len(section.body) <= LONGEST:
            _section(plan, section, rows.pop(0) if rows else None)
        else:
            why = f"It has {len(section.body):,} characters; a section has {LONGEST:,} at most."
            plan.add(Verdict.UNREADABLE, section.title, f"line {section.line}", why)
    for row in chain.from_iterable(known.values()):
        if row.imported_body:
            plan.add(Verdict.MISSING, row.title, "", "in the course but not in the outline; kept")


def _key(title: str) -> str:
    """Prerequisites have many names."""
    words = folded(title)
    return "prerequisites" if PREREQUISITES.match(words) else words or title


def _section(plan: ImportPlan[Any], section: OutlineSection, row: CourseSection | None) -> None:
    title, body, location = clean_name(section.title), section.body, f"line {section.line}"
    imported = {"imported_title": title, "imported_body": body}
    values = {"title": title, "body": body, **imported}
    if row is None:
        meant_for = _MeantFor(section.meant_for or _MeantFor.EVERYBODY)
        why = f"a section, for {meant_for.label}"
        if plan.propose(PlannedImportLine(Verdict.NEW, title, location, why, versions=(body,))):
            plan.changes.sections.append(values | {"meant_for": meant_for})
    elif row.body.split() == body.split() or row.imported_body == body:
        plan.add(Verdict.UNCHANGED, row.title, location, "a section")
    else:
        verdict = Verdict.CHANGED if row.is_as_imported else Verdict.BOTH
        why = "a section" if row.is_as_imported else "a section. Tick it to take the text of the file"
        is_taken = plan.propose(PlannedImportLine(verdict, title, location, why, versions=(row.body, body)))
        if is_taken or verdict == Verdict.BOTH:
            plan.changes.section_edits[row.pk] = values if is_taken else imported


def plan_links(plan: ImportPlan[Any], course: Course, links: Sequence[OutlineLink]) -> None:
    """Propose as many as the course has room for, known kinds first. All stay in the text of their sections."""
    known = set(course.links.values_list("url", flat=True))
    fresh: dict[str, OutlineLink] = {}
    for link in sorted(links, key=lambda link: not link.kind):
        if link.url in known:
            plan.add(Verdict.UNCHANGED, link.name, f"line {link.line}", f"a link of the course: {link.url}")
        elif link.url.startswith("https:"):
            fresh.setdefault(link.url, link)
    for n, link in enumerate(fresh.values(), start=len(known) + 1):
        location = f"line {link.line}"
        if n > MOST_LINKS:
            why = f"A course has {MOST_LINKS} links at the top of its page. This one stays in the text of its section."
            plan.add(Verdict.UNREADABLE, link.name, location, why)
            continue
        name = clean_name(link.name)
        name = name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1].rstrip()}…"
        why = f"a link at the top of the page of the course: {link.url}"
        if plan.propose(PlannedImportLine(Verdict.NEW, name, location, why)):
            plan.changes.links.append({"name": name, "url": link.url})
