from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from django import forms

from courses.models import Milestone
from groups.actions.plan import set_plan
from groups.models import Group
from lib.day_input import DayInput
from lib.days import full_day
from lib.editing import VersionedForm
from lib.fields import say_beside
from lib.names import OneLineInput
from people.models import User

# Due dates further from the cohort's start are refused as typing errors.
_TWO_YEARS = timedelta(days=731)


class PlanForm(VersionedForm[Group]):
    class Meta:
        model = Group
        fields: ClassVar[list[str]] = []

    def __init__(
        self, *args: Any, milestones: Sequence[Milestone], planned: Mapping[int, date | None], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.milestones = milestones
        self.planned = planned
        self.fields["reason"] = OneLineInput(
            label="Why the dates move",
            max_length=100,
            required=False,
            help_text="The group sees it beside the earlier dates.",
        )
        for milestone in milestones:
            is_planned, due_on = f"in-{milestone.pk}", f"due-{milestone.pk}"
            self.fields[is_planned] = forms.BooleanField(label=f"{milestone} is planned", required=False)
            self.fields[due_on] = forms.DateField(
                label=f"{milestone} is due on", required=False, widget=DayInput()
            )
            self.initial[is_planned] = self._stored[is_planned] = milestone.pk in planned
            self.initial[due_on] = self._stored[due_on] = planned.get(milestone.pk)

    def rows(self) -> list[tuple[Milestone, forms.BoundField, forms.BoundField]]:
        """Each milestone with the fields that say whether it is planned, and when it is due."""
        for milestone in self.milestones:
            say_beside(self[f"in-{milestone.pk}"], short_label=str(milestone))
        return [(row, self[f"in-{row.pk}"], self[f"due-{row.pk}"]) for row in self.milestones]

    def clean(self) -> dict[str, Any]:
        start = self.instance.cohort.starts_on
        for milestone in self.milestones:
            day = self.cleaned_data.get(f"due-{milestone.pk}")
            if day is not None and abs(day - start) > _TWO_YEARS:
                self.add_error(
                    f"due-{milestone.pk}",
                    f"Choose a day within two years of the cohort's start, {full_day(start)}.",
                )
        # It is of this change alone, and so in no conflict.
        self._stored["reason"] = self.cleaned_data.get("reason")
        cleaned: dict[str, Any] = super().clean()
        return cleaned

    def plan(self) -> dict[int, date | None]:
        """Due days by milestone id. Milestones that are not planned are left out."""
        chosen = [row.pk for row in self.milestones if self.cleaned_data.get(f"in-{row.pk}")]
        return {pk: self.cleaned_data.get(f"due-{pk}") for pk in chosen}

    def save_by(self, *, by: User, at: datetime) -> Group:
        reason = self.cleaned_data["reason"]
        return set_plan(group=self.instance, plan=self.plan(), by=by, at=at, reason=reason)


class ShiftForm(forms.Form):
    first = forms.TypedChoiceField(label="From", coerce=int)
    days = forms.IntegerField(
        label="Move by (days)",
        min_value=-366,
        max_value=366,
        initial=7,
        help_text="Use a negative number to move dates earlier.",
    )

    def __init__(self, *args: Any, milestones: Sequence[Milestone], **kwargs: Any) -> None:
        kwargs.setdefault("prefix", "shift")
        super().__init__(*args, **kwargs)
        self.fields["first"].choices = [(row.pk, row.title) for row in milestones]  # type: ignore[attr-defined]

    def shifted(self, plan: Mapping[int, date | None]) -> dict[int, date | None]:
        """Shift all milestones that are due on the first one's day or later."""
        first = plan.get(self.cleaned_data["first"])
        by = timedelta(days=self.cleaned_data["days"])
        if first is None:
            return dict(plan)
        return {pk: day + by if day is not None and day >= first else day for pk, day in plan.items()}
