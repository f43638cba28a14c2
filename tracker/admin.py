"""Read-only admin pages of the tracker; changes are made on the pages of the application."""

import logging
from typing import Any

from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.utils import unquote
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from lib.admin import WatchedAdmin, never
from lib.texts import hidden_texts
from people.access import signed_in
from tracker.models import CheckIn, CheckInEntry, CodeReview, Progress

logger = logging.getLogger("trefoil.access")


class EntriesInline(admin.StackedInline[CheckInEntry, CheckIn]):
    model = CheckInEntry
    extra = 0
    has_add_permission = has_change_permission = has_delete_permission = never


@admin.register(CheckIn)
class CheckInOptions(admin.ModelAdmin[CheckIn]):
    """Check-ins with the private note. List and search do not use the note; opening a check-in is logged.

    Not a history admin, which would show earlier notes without logging it.
    """

    list_display = ["group", "week_starts_on", "outcome", "held_on", "minutes", "logged_by"]
    list_filter = ["outcome", "group__cohort"]
    list_select_related = ["group", "logged_by"]
    search_fields = ["group__name", "logged_by__name"]
    date_hierarchy = "week_starts_on"
    inlines = [EntriesInline]
    has_add_permission = has_change_permission = has_delete_permission = never

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Refuse filters by what is hidden, which would let operators guess it."""
        return not lookup.startswith(hidden_texts(CheckIn)) and super().lookup_allowed(lookup, value, request)

    def get_queryset(self, request: HttpRequest) -> QuerySet[CheckIn]:
        return super().get_queryset(request).order_by("-week_starts_on", "group__name")

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show a check-in, and record that the operator read it: in the log, and in the admin history."""
        response = super().change_view(request, object_id, form_url, extra_context)
        check_in = self.get_object(request, unquote(object_id)) if response.status_code == 200 else None
        if check_in is not None:
            reader = signed_in(request).pk
            logger.info("site admin %s read the private note of check-in %s", reader, check_in.pk)
            message = "Read the check-in with its private note."
            LogEntry.objects.log_actions(reader, [check_in], CHANGE, message, single_object=True)
        return response


@admin.register(Progress)
class ProgressOptions(WatchedAdmin):
    list_display = ["enrolment", "milestone", "state", "hours", "state_since", "changed_by"]
    list_filter = ["state", "milestone__course"]
    list_select_related = ["enrolment__person", "enrolment__cohort", "milestone", "changed_by"]
    search_fields = ["enrolment__person__name", "enrolment__person__email", "milestone__title"]
    ordering = ["-changed_at", "-pk"]


@admin.register(CodeReview)
class CodeReviewOptions(WatchedAdmin):
    list_display = ["milestone", "author", "reviewer", "state", "requested_at"]
    list_filter = ["state", "milestone__course"]
    list_select_related = [
        "milestone",
        "author__person",
        "author__cohort",
        "reviewer__person",
        "reviewer__cohort",
    ]
    search_fields = ["author__person__name", "reviewer__person__name", "milestone__title"]
    ordering = ["-requested_at", "-pk"]
