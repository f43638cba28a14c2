from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from courses.models import Cohort, Course, CourseAdmin, CourseLink, CourseSection, Material, Milestone, Pause
from lib.admin import EditedAdmin, Rows
from people.access import signed_in
from people.actions.proof import require_proof
from people.outbox import tell_each


class AdminsInline(Rows):
    model = CourseAdmin
    autocomplete_fields = ["person"]
    # It says from when on they read what students write privately.
    readonly_fields = ["added_at"]


class LinksInline(Rows):
    model = CourseLink


class PausesInline(Rows):
    model = Pause


@admin.register(Course)
class CourseOptions(EditedAdmin):
    """Operators assign a course admin here when a course has none left."""

    list_display = ["title", "slug", "group_size", "weekly_minutes"]
    search_fields = ["title", "slug"]
    prepopulated_fields = {"slug": ["title"]}
    ordering = ["title", "pk"]
    inlines = [AdminsInline, LinksInline]

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        if formset.model is not CourseAdmin:
            super().save_formset(request, form, formset, change)
            return
        added = [line.cleaned_data["person"].pk for line in formset.forms if "person" in line.changed_data]
        require_proof(people=added, by=signed_in(request))
        by, at, course = signed_in(request), timezone.now(), form.instance.pk
        before = {line.pk: line.person_id for line in formset.get_queryset()}
        super().save_formset(request, form, formset, change)
        left = [line.person_id for line in formset.deleted_objects]
        left += [before[line.pk] for line, _ in formset.changed_objects if before[line.pk] != line.person_id]
        for kind, people in (("course_admin_added", added), ("course_admin_removed", left)):
            tell_each(kind, [{"course": course, "person": person} for person in people], by=by, at=at)


@admin.register(CourseSection)
class CourseSectionOptions(EditedAdmin):
    list_display = ["title", "course", "position", "meant_for"]
    list_filter = ["course"]
    list_select_related = ["course"]
    search_fields = ["title", "course__title"]
    autocomplete_fields = ["course"]
    ordering = ["course__title", "position", "pk"]


@admin.register(Milestone)
class MilestoneOptions(EditedAdmin):
    list_display = ["title", "course", "position", "week", "planned_hours", "is_optional"]
    list_filter = ["course"]
    list_select_related = ["course"]
    search_fields = ["title", "course__title"]
    autocomplete_fields = ["course"]
    ordering = ["course__title", "position"]


@admin.register(Material)
class MaterialOptions(EditedAdmin):
    list_display = ["title", "milestone", "kind", "minutes", "is_optional", "retired_on"]
    list_filter = ["kind", "is_optional", "milestone__course"]
    list_select_related = ["milestone"]
    search_fields = ["title", "url", "milestone__title"]
    autocomplete_fields = ["milestone"]
    ordering = ["milestone", "position", "pk"]


@admin.register(Cohort)
class CohortOptions(EditedAdmin):
    list_display = ["title", "course", "starts_on", "closed_on", "time_zone"]
    list_filter = ["course"]
    list_select_related = ["course"]
    search_fields = ["title", "course__title"]
    autocomplete_fields = ["course"]
    date_hierarchy = "starts_on"
    ordering = ["-starts_on", "-pk"]
    inlines = [PausesInline]
