"""Permissions in what a course teaches and says of itself, and when: for its course admins, as in `groups.access`."""

from datetime import datetime

from courses.models import CourseSection, Material, Milestone, Pause
from groups.access import administered
from people.models import User


def section_to_administer(user: User, section_id: int, now: datetime) -> CourseSection:
    section = CourseSection.objects.in_order().select_related("course").filter(pk=section_id).first()
    return administered(user, section, section.course if section else None, f"section {section_id}", now)


def milestone_to_administer(user: User, milestone_id: int, now: datetime) -> Milestone:
    milestone = Milestone.objects.select_related("course").filter(pk=milestone_id).first()
    course = milestone.course if milestone else None
    return administered(user, milestone, course, f"milestone {milestone_id}", now)


def material_to_administer(user: User, material_id: int, now: datetime) -> Material:
    material = Material.objects.select_related("milestone__course").filter(pk=material_id).first()
    course = material.milestone.course if material else None
    return administered(user, material, course, f"material {material_id}", now)


def pause_to_administer(user: User, pause_id: int, now: datetime) -> Pause:
    pause = Pause.objects.select_related("cohort__course").filter(pk=pause_id).first()
    return administered(user, pause, pause.cohort if pause else None, f"pause {pause_id}", now)
