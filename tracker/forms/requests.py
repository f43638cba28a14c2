from typing import Any

from django import forms

from questions.forms.answer_field import AnswerField


class RequestAnswerForm(forms.Form):
    """`version` is that of the check-in as the page shows it."""

    body = AnswerField()
    version = forms.IntegerField(widget=forms.HiddenInput)

    def show_version(self, version: int) -> None:
        """Send this version next time: the page shows the check-in as it is now, and keeps what was typed."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        data["version"] = str(version)
        self.data = data
