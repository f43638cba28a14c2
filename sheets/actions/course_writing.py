"""Writes an outline or a list of materials into a course."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Max

from courses.models import Course, CourseLink, CourseSection, Material, Milestone
from courses.models.course_link import MOST_LINKS
from people.models import Edited, User
from sheets.actions.write_log import WriteLog, values_of
from sheets.matching.outline import CourseChanges

_TOUCHED = ("version", "changed_at", "changed_by")


def write_course(*, course: Course, changes: CourseChanges, log: WriteLog, by: User, at: datetime) -> None:
    """Existing plans of groups do not change."""
    if changes.course:
        course = Course.objects.select_for_update().get(pk=course.pk)
        _edit([course], {course.pk: changes.course}, log, by, at)
    _write_words(course, changes, log, by, at)
    made = _write_milestones(course, changes, log, by, at)
    _write_materials(changes, made, log, by, at)


def _write_words(course: Course, changes: CourseChanges, log: WriteLog, by: User, at: datetime) -> None:
    edits = changes.section_edits
    _edit(list(course.sections.filter(pk__in=edits)), edits, log, by, at)
    last = course.sections.aggregate(last=Max("position"))["last"] or 0
    sections = (
        CourseSection(course=course, position=n, changed_by=by, changed_at=at, **fields)
        for n, fields in enumerate(changes.sections, start=last + 1)
    )
    log.made(CourseSection.objects.bulk_create(sections))
    free = sorted({*range(1, MOST_LINKS + 1)} - {*course.links.values_list("position", flat=True)})
    links = (
        CourseLink(course=course, position=position, **fields)
        for position, fields in zip(free, changes.links, strict=False)
    )
    log.made(CourseLink.objects.bulk_create(links))


def _edit(
    rows: list[Any], edits: Mapping[int, Mapping[str, Any]], log: WriteLog, by: User, at: datetime
) -> None:
    before = [values_of(row, [*edits[row.pk], *_TOUCHED]) for row in rows]
    names = {name for row in rows for name in edits[row.pk]} | set(_TOUCHED)
    for row in rows:
        for name, value in edits[row.pk].items():
            setattr(row, name, value)
        touched: Edited = row
        touched.touch(by=by, at=at)
    if rows:
        type(rows[0]).objects.bulk_update(rows, sorted(names), batch_size=200)
        log.changed(rows, before)


def _write_milestones(
    course: Course, changes: CourseChanges, log: WriteLog, by: User, at: datetime
) -> Mapping[str, Milestone]:
    """Return the new milestones by title."""
    rows = {row.pk: row for row in course.milestones.select_for_update()}
    edited = [rows[pk] for pk in changes.edits]
    _edit(edited, changes.edits, log, by, at)
    last = max((row.position for row in rows.values()), default=0)
    # Positions are unique in a course, so new and moved milestones first go after all others.
    made = Milestone.objects.bulk_create(
        Milestone(course=course, position=last + n, changed_by=by, changed_at=at, **fields)
        for n, fields in enumerate(changes.new.values(), start=1)
    )
    titled = {milestone.title: milestone for milestone in made}
    order = [titled[key] if isinstance(key, str) else rows[key] for key in changes.order]
    _put_in_order(order, rows, log, behind=last + len(made))
    log.made(made)
    return titled


def _put_in_order(
    order: list[Milestone], there: Mapping[int, Milestone], log: WriteLog, *, behind: int
) -> None:
    """Renumber milestones if the order has changed; milestones that stay in place keep their positions."""
    positions = [milestone.position for milestone in order]
    if positions == sorted(positions):
        return
    moving = [(milestone, n) for n, milestone in enumerate(order, start=1) if milestone.position != n]
    old = [(milestone, milestone.position) for milestone, _ in moving if milestone.pk in there]
    for n, (milestone, _) in enumerate(moving, start=1):
        milestone.position = behind + len(order) + n
    Milestone.objects.bulk_update([milestone for milestone, _ in moving], ["position"])
    for milestone, n in moving:
        milestone.position = n
    Milestone.objects.bulk_update([milestone for milestone, _ in moving], ["position"])
    log.changed([milestone for milestone, _ in old], [{"position": str(position)} for _, position in old])


def _write_materials(
    changes: CourseChanges, made: Mapping[str, Milestone], log: WriteLog, by: User, at: datetime
) -> None:
    edits = changes.material_edits
    rows = list(Material.objects.select_for_update().filter(pk__in=edits))
    _edit(rows, edits, log, by, at)
    materials = [(made[of].pk if isinstance(of, str) else of, fields) for of, fields in changes.new_materials]
    milestones = {milestone_id for milestone_id, _ in materials}
    last = dict(
        Material.objects.filter(milestone__in=milestones)
        .values("milestone")
        .annotate(last=Max("position"))
        .values_list("milestone", "last")
    )
    new = []
    for milestone_id, fields in materials:
        last[milestone_id] = last.get(milestone_id, 0) + 1
        new.append(
            Material(
                milestone_id=milestone_id, position=last[milestone_id], changed_by=by, changed_at=at, **fields
            )
        )
    log.made(Material.objects.bulk_create(new, batch_size=500))
