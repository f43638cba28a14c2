from typing import ClassVar

from django import forms

from courses.models import Course
from lib.editing import VersionedForm

# Field: what it means to the people of the course. The name of the field says the unit.
_THRESHOLDS = {
    "behind_days": "A student with one milestone overdue is behind once it is overdue for more days than this.",
    "behind_count": "A student with this many milestones overdue is behind at once.",
    "behind_hours_share": "A student who has not done this share of the planned hours due so far is badly behind.",
    "ahead_days": "A milestone done while it is due in more days than this counts as done early.",
    "ahead_count": "A student with this many milestones done early is ahead of the group.",
    "help_days": "Somebody must act when a student has needed help for more days than this.",
    "silent_days": "A student who did nothing in Trefoil for this long is silent.",
    "grace_days": "A new student is not flagged before this many days have passed, unless they need help.",
    "absences_in_a_row": "Somebody must act after this many check-ins missed in a row without excuse.",
    "spread_count": "A group is spread when its first student has finished this many milestones more than its last.",
    "question_open_days": "A question without an answer for more days than this is shown to who should answer it.",
    "flagged_share": "The board says so when more of the students than this are flagged: then a rule is too strict.",
}


def _default(name: str) -> int:
    number: int = getattr(Course._meta.get_field(name), "default", 0)
    return number


class CourseForm(VersionedForm[Course]):
    """What a course is, and how its groups work."""

    class Meta:
        model = Course
        fields: ClassVar = ["title", "summary", "prerequisites", "group_size", "weekly_minutes"]
        labels: ClassVar = {
            "group_size": "Students in a group",
            "weekly_minutes": "Minutes of a mentor a week and group",
        }
        help_texts: ClassVar = {
            "summary": "What the course is about, for people who have not taken it.",
            "prerequisites": "What a student should know before.",
            "group_size": "A group may have fewer, and one more when it must.",
            "weekly_minutes": "What a mentor reserves at least. The board compares it with the minutes logged.",
        }
        widgets: ClassVar = {
            "summary": forms.Textarea(attrs={"rows": 3}),
            "prerequisites": forms.Textarea(attrs={"rows": 3}),
        }


class ThresholdsForm(VersionedForm[Course]):
    """From when on a student of the course, a group or a question needs somebody; each with its default named."""

    class Meta:
        model = Course
        fields: ClassVar = list(_THRESHOLDS)
        help_texts: ClassVar = {
            name: f"{text} Default: {_default(name)}." for name, text in _THRESHOLDS.items()
        }


class CourseAdminForm(forms.Form):
    """Another course admin, by address."""

    email = forms.EmailField(label="E-mail", max_length=254)
    name = forms.CharField(
        max_length=150, required=False, help_text="Needed for somebody who is new to Trefoil."
    )
