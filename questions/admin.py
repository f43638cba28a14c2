"""Questions, asks and answers for operators to view; they are edited on the pages."""

from django.contrib import admin

from lib.admin import WatchedAdmin, never
from questions.models import Answer, Ask, Question


@admin.register(Question)
class QuestionOptions(WatchedAdmin):
    list_display = [
        "title",
        "cohort",
        "group",
        "milestone",
        "category",
        "visibility",
        "status",
        "asked_at",
        "is_undated",
    ]
    list_filter = ["status", "category", "visibility", "cohort"]
    list_select_related = ["cohort", "group", "milestone"]
    search_fields = ["title", "detail"]
    date_hierarchy = "asked_at"
    ordering = ["-asked_at", "-pk"]


@admin.register(Answer)
class AnswerOptions(WatchedAdmin):
    list_display = ["question", "answered_by", "answered_at"]
    list_select_related = ["question", "answered_by"]
    search_fields = ["question__title", "body"]
    ordering = ["-answered_at", "-pk"]


@admin.register(Ask)
class AskOptions(admin.ModelAdmin[Ask]):
    list_display = ["question", "group", "enrolment", "asked_at", "logged_by"]
    list_select_related = ["question", "group", "enrolment__person", "enrolment__cohort", "logged_by"]
    search_fields = ["question__title", "group__name"]
    ordering = ["-asked_at", "-pk"]
    has_add_permission = has_change_permission = has_delete_permission = never
