from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms

from groups.models import Enrolment
from groups.models.enrolment import STUDENT_COLUMNS
from lib.editing import VersionedForm, values_of


class MentorNoteForm(VersionedForm[Enrolment]):
    """An enrolment counts no versions: the id of its latest history row is one. Fields that are not sent stay."""

    class Meta:
        model = Enrolment
        fields: ClassVar = [column.name for column in STUDENT_COLUMNS]
        labels: ClassVar = {"hours_a_week": "Hours a week, in most weeks"}
        help_texts: ClassVar = {
            "mentor_note": "What you know already, what you want to be able to do at the end, and how and when to reach"
            " you.",
        }
        widgets: ClassVar = {"mentor_note": forms.Textarea({"rows": 4})}

    field_order: Sequence[str] = ("hours_a_week",)

    def __init__(self, *args: Any, instance: Any, has_group: bool, **kwargs: Any) -> None:
        records = instance.history.select_related("history_user").order_by("history_date", "history_id")
        last = records.last()
        instance.version = last.pk if last else 0
        instance.changed_by, instance.changed_at = (
            (last.history_user, last.history_date) if last else (None, None)
        )
        super().__init__(*args, instance=instance, **kwargs)
        hours = self.initial.get("hours_a_week")
        if hours is not None and hours == int(hours):
            # "5", not "5.0".
            self.initial["hours_a_week"] = int(hours)
        if has_group:
            # Groups are formed by it.
            del self.fields["level"]
        if self.is_bound:
            data: Any = self.data.copy()  # type: ignore[attr-defined]
            for name in self.fields.keys() & set(self.Meta.fields):
                theirs = self._stored[name]
                data.setdefault(name, "" if theirs is None else theirs)
            self.data = data

    def opened_with(self, version: int) -> Mapping[str, Any]:
        record = self.instance.history.filter(pk=version).first()
        return values_of(record.instance) if record else {}
