from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.forms import ModelForm
from django.http import HttpRequest
from simple_history.admin import SimpleHistoryAdmin

from groups.models import Absence, Enrolment, Group, Membership, MentorAway, Mentorship, PlanItem
from lib.admin import EditedAdmin, Rows, never
from people.access import signed_in
from people.actions.proof import require_proof


class PlanInline(Rows):
    model = PlanItem
    raw_id_fields = ["milestone"]


@admin.register(Group)
class GroupOptions(EditedAdmin):
    list_display = ["name", "cohort", "meeting"]
    list_filter = ["cohort"]
    list_select_related = ["cohort"]
    search_fields = ["name", "cohort__title"]
    autocomplete_fields = ["cohort"]
    ordering = ["cohort", "sort_key"]
    inlines = [PlanInline]

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm[Model], change: bool) -> None:
        if not change:
            obj.hue = next(obj.cohort.groups.next_hues())
        super().save_model(request, obj, form, change)


class KeptAdmin(SimpleHistoryAdmin):  # type: ignore[misc]
    """For rows that are ended, never deleted, because progress, check-ins and questions refer to them."""

    has_delete_permission = never


class RoleAdmin(KeptAdmin):
    """For rows that give a person a role."""

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm[Model], change: bool) -> None:
        require_proof(people=[obj.person_id], by=signed_in(request))
        super().save_model(request, obj, form, change)


@admin.register(Enrolment)
class EnrolmentOptions(RoleAdmin):
    list_display = ["person", "cohort", "started_on", "ended_on", "end_reason", "last_active_at"]
    list_filter = ["cohort", "end_reason"]
    list_select_related = ["person", "cohort"]
    search_fields = ["person__name", "person__email"]
    autocomplete_fields = ["person", "cohort", "enrolled_by"]
    readonly_fields = ["last_active_at"]
    ordering = ["person__name", "pk"]


@admin.register(Membership)
class MembershipOptions(KeptAdmin):
    list_display = ["enrolment", "group", "started_on", "ended_on", "end_reason"]
    list_filter = ["group__cohort", "end_reason"]
    list_select_related = ["enrolment__person", "enrolment__cohort", "group"]
    search_fields = ["enrolment__person__name", "enrolment__person__email", "group__name"]
    autocomplete_fields = ["enrolment", "group"]
    ordering = ["-started_on", "-pk"]


@admin.register(Mentorship)
class MentorshipOptions(RoleAdmin):
    list_display = ["person", "group", "role", "started_on", "ended_on"]
    list_filter = ["role", "group__cohort"]
    list_select_related = ["person", "group"]
    search_fields = ["person__name", "person__email", "group__name"]
    autocomplete_fields = ["person", "group"]
    ordering = ["-started_on", "-pk"]


@admin.register(Absence)
class AbsenceOptions(admin.ModelAdmin[Absence]):
    list_display = ["enrolment", "starts_on", "ends_on", "reason", "accepted_by"]
    list_select_related = ["enrolment__person", "enrolment__cohort", "accepted_by"]
    search_fields = ["enrolment__person__name"]
    autocomplete_fields = ["enrolment", "accepted_by"]
    ordering = ["-starts_on", "-pk"]


@admin.register(MentorAway)
class MentorAwayOptions(admin.ModelAdmin[MentorAway]):
    list_display = ["mentorship", "starts_on", "ends_on"]
    list_select_related = ["mentorship__person", "mentorship__group"]
    search_fields = ["mentorship__person__name", "mentorship__group__name"]
    autocomplete_fields = ["mentorship"]
    ordering = ["-starts_on", "-pk"]
