from typing import Any, ClassVar

from django import forms

from courses.actions.section import place_section
from courses.models import CourseSection
from lib.editing import VersionedForm


class CourseSectionForm(VersionedForm[CourseSection]):
    place = forms.TypedChoiceField(coerce=int, label="Place among the sections")

    class Meta:
        model = CourseSection
        fields: ClassVar = ["title", "body", "meant_for"]
        help_texts: ClassVar = {
            "body": "Markdown: lists, links, headings.",
            "meant_for": "Expectations are shown beside the milestones; everybody in the course can read them all.",
        }
        widgets: ClassVar = {"body": forms.Textarea(attrs={"rows": 12})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ids = list(self.instance.course.sections.in_order().values_list("pk", flat=True))
        place = ids.index(self.instance.pk) + 1 if self.instance.pk in ids else len(ids) + 1
        self.fields["place"].choices = [(n, str(n)) for n in range(1, max(place, len(ids)) + 1)]  # type: ignore[attr-defined]
        self.initial["place"] = self._stored["place"] = place

    def save(self, commit: bool = True) -> CourseSection:
        section: CourseSection = super().save(commit)
        place_section(section=section, place=self.cleaned_data["place"])
        return section
