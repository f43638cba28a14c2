from typing import ClassVar

from django import forms

from courses.forms.placed import PlacedForm
from courses.models import CourseSection


class CourseSectionForm(PlacedForm[CourseSection]):
    class Meta:
        model = CourseSection
        fields: ClassVar = ["title", "body", "meant_for"]
        help_texts: ClassVar = {
            "body": "Markdown: lists, links, headings.",
            "meant_for": "Expectations are shown beside the milestones; everybody in the course can read them all.",
        }
        widgets: ClassVar = {"body": forms.Textarea(attrs={"rows": 12})}
