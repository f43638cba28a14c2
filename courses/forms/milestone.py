from typing import ClassVar

from django import forms

from courses.models import Milestone
from lib.editing import VersionedForm


class MilestoneForm(VersionedForm[Milestone]):
    """A step of the course."""

    class Meta:
        model = Milestone
        fields: ClassVar = ["title", "summary", "week", "planned_hours", "is_optional"]
        help_texts: ClassVar = {
            "summary": "What a student can do afterwards.",
            "week": "Counted from 1. Empty when it stands outside the calendar: groups can plan it all the same.",
            "planned_hours": "What most students need. Empty when not known.",
            "is_optional": "Nobody is behind for leaving it out.",
        }
        widgets: ClassVar = {"summary": forms.Textarea(attrs={"rows": 2})}

    def clean_title(self) -> str:
        """Refuse a title that the course has already: people could not tell the two apart."""
        title: str = self.cleaned_data["title"]
        others = Milestone.objects.filter(course_id=self.instance.course_id).exclude(pk=self.instance.pk)
        if others.filter(title__iexact=title).exists():
            raise forms.ValidationError("The course has a milestone of this title already.")
        return title
