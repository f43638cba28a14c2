from typing import Any, ClassVar

from django import forms

from courses.models import Course
from lib.editing import VersionedForm

# Help texts by field.
_THRESHOLDS = {
    "behind_days": "A student with one milestone overdue is behind once it is overdue for more days than this.",
    "behind_count": "A student with this many milestones overdue is behind immediately.",
    "question_days": "A question that waits longer is late. Weekends and breaks are left out.",
    "help_days": "Mentors are told at once; course admins must act after twice this time, breaks left out.",
    "review_days": "From handing in until the reviewer has answered. Weekends and breaks are left out.",
    "silent_days": "A student with no activity for this long counts as inactive.",
    "grace_days": "A new student causes no alert before this many days have passed, unless they need help.",
    "absences_in_a_row": "The mentor must act after this many absences in a row without excuse.",
}


def _default(name: str) -> str:
    number = getattr(Course(), name)
    return "14, or a quarter of the course if that is less" if number is None else str(number)


class CourseForm(VersionedForm[Course]):
    class Meta:
        model = Course
        fields: ClassVar = [
            "title",
            "summary",
            "group_size",
            "weekly_minutes",
            "has_code_reviews",
        ]
        labels: ClassVar = {
            "group_size": "Students in a group",
            "weekly_minutes": "Mentor minutes per group per week",
        }
        help_texts: ClassVar = {
            "summary": "What the course is about, for people who have not taken it.",
            "group_size": "Groups may have fewer students, or one more if needed.",
            "weekly_minutes": "The minimum. The board compares it with the minutes logged.",
            "has_code_reviews": "Within their group. Without it, reviews that have started can still be finished.",
        }
        widgets: ClassVar = {
            "summary": forms.Textarea(attrs={"rows": 3}),
        }


class ThresholdsForm(VersionedForm[Course]):
    class Meta:
        model = Course
        fields: ClassVar = list(_THRESHOLDS)
        help_texts: ClassVar = {
            name: f"{text} Default: {_default(name)}." for name, text in _THRESHOLDS.items()
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.has_code_reviews:
            del self.fields["review_days"]


class CourseAdminForm(forms.Form):
    email = forms.EmailField(label="E-mail", max_length=254)
    name = forms.CharField(max_length=150, required=False, help_text="Required for people new to Trefoil.")
