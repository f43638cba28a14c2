from itertools import groupby
from typing import Any

from django import forms
from django.http import QueryDict

from courses.models import Milestone
from groups.relations import Relation, Relations
from lib.ids import as_id
from questions.access.questions import groups_to_ask_in


class BoxForm(forms.Form):
    """The one box: what is looked for or asked; in which group, and about which milestone it would be asked.

    It comes from the address, and what does not fit is ignored: it is never sent. No query before `offer`.
    """

    group = forms.ChoiceField(label="In", required=False)
    milestone = forms.ChoiceField(label="About", required=False)

    def __init__(self, address: QueryDict, relations: Relations) -> None:
        self.text = " ".join(address.get("q", "").replace("\0", "").split())[:300]
        self.groups = groups_to_ask_in(relations)
        chosen = as_id(address.get("group", ""))
        only = self.groups[0] if len(self.groups) == 1 else None
        self.asks_in: Relation | None = next((row for row in self.groups if row.group_id == chosen), only)
        # None: nobody has chosen a milestone, nor none.
        self.about = as_id(address.get("milestone", "")) or 0 if "milestone" in address else None
        super().__init__(initial={"group": self.asks_in and self.asks_in.group_id}, auto_id="box-%s")

    @property
    def readers(self) -> str:
        """Who reads a question, unless its asker says otherwise."""
        cohorts = {row.cohort_title for row in ([self.asks_in] if self.asks_in else self.groups)}
        return cohorts.pop() if len(cohorts) == 1 else "the group’s cohort"

    def offer(self, milestone: int | None) -> None:
        """Fill in the groups and the milestones of their courses, this one chosen. One query, or none."""
        several = [("", "Choose a group")] if len(self.groups) > 1 else []
        group: Any = self.fields["group"]
        group.choices = [
            *several,
            *((row.group_id, f"{row.group_name}, {row.cohort_title}") for row in self.groups),
        ]
        courses = {row.course_id for row in ([self.asks_in] if self.asks_in else self.groups)}
        rows = Milestone.objects.filter(course__in=courses).select_related("course")
        in_order = rows.order_by("course__title", "course", "position")
        by_course = [
            (title, [(row.pk, row.title) for row in of_course])
            for title, of_course in groupby(in_order, lambda row: row.course.title)
        ]
        field: Any = self.fields["milestone"]
        field.choices = [("", "No milestone"), *(by_course[0][1] if len(by_course) == 1 else by_course)]
        self.initial["milestone"] = milestone
