"""Writes an outline or a list of materials into a course."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.db.models import Max

from courses.actions.order import put_in_order
from courses.models import Course, CourseLink, CourseSection, Material, Milestone
from courses.models.course_link import MOST_LINKS
from people.models import User
from sheets.actions.write_log import WriteLog, values_of
from sheets.matching.outline import CourseChanges

_TOUCHED = ("version", "changed_at", "changed_by")


def write_course(*, course: Course, changes: CourseChanges, log: WriteLog, by: User, at: datetime) -> None:
    """The course and what is in it are locked. Existing plans of groups do not change."""
    edited, new = defaultdict[Any, list[Any]](list), defaultdict[Any, list[Any]](list)
    for row in changes.edits:
        edited[type(row)].append(row)
    for row in changes.new:
        new[type(row)].append(row)
    for model, rows in edited.items():
        before = [values_of(row) for row in rows]
        names = {*_TOUCHED, *(name for row in rows for name in changes.edits[row])}
        for row in rows:
            for name, value in changes.edits[row].items():
                setattr(row, name, value)
            row.touch(by=by, at=at)
        model.objects.bulk_update(rows, sorted(names), batch_size=200)
        log.changed(zip(rows, before, strict=True))
    free = sorted({*range(1, MOST_LINKS + 1)} - {*course.links.values_list("position", flat=True)})
    for link, position in zip(new[CourseLink], free, strict=False):
        link.position = position
    log.made(CourseLink.objects.bulk_create(new[CourseLink]))
    for model, of in ((CourseSection, "course"), (Milestone, "course"), (Material, "milestone")):
        rows = new[model]
        there = model.objects.filter(**{f"{of}__in": {getattr(row, of).pk for row in rows}})
        last = dict(there.values(of).annotate(last=Max("position")).values_list(of, "last"))
        for row in rows:
            parent = getattr(row, of).pk
            row.position = last[parent] = last.get(parent, 0) + 1
            row.changed_by, row.changed_at = by, at
        model.objects.bulk_create(rows, batch_size=500)
        if model is Milestone:
            _put_in_order(changes.order, rows, log)
        log.made(rows)


def _put_in_order(order: list[Milestone], new: list[Milestone], log: WriteLog) -> None:
    """Milestones that stay in place keep their positions."""
    old = [milestone.position for milestone in order]
    if old != sorted(old):
        moved = put_in_order(order)
        pairs = [(row, {"position": was}) for row, was in zip(order, old, strict=True)]
        log.changed([(row, was) for row, was in pairs if row in moved and row not in new])
