from typing import ClassVar

from django import forms

from courses.forms.placed import PlacedForm
from courses.models import Milestone


class MilestoneForm(PlacedForm[Milestone]):
    class Meta:
        model = Milestone
        fields: ClassVar = ["title", "summary", "week", "planned_hours", "is_optional"]
        help_texts: ClassVar = {
            "summary": "What students can do after it.",
            "week": "The first week is 1. Leave empty to keep it out of the calendar; groups can still plan it.",
            "planned_hours": "What most students need. Leave empty if unknown.",
            "is_optional": "Students who skip it are not behind.",
        }
        widgets: ClassVar = {"summary": forms.Textarea(attrs={"rows": 2})}

    def clean_title(self) -> str:
        """Titles are unique in a course, so that people can tell milestones apart."""
        title: str = self.cleaned_data["title"]
        others = Milestone.objects.filter(course_id=self.instance.course_id).exclude(pk=self.instance.pk)
        if others.filter(title__iexact=title).exists():
            raise forms.ValidationError("This course already has a milestone with this title.")
        return title
