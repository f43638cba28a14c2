from typing import Any

from django import forms

_LONGEST = 20_000


class RequestAnswerForm(forms.Form):
    """`version` is that of the check-in as the page shows it."""

    body = forms.CharField(
        label="Your answer",
        max_length=_LONGEST,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": "Write an answer first."},
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def show_version(self, version: int) -> None:
        """Send this version next time: the page shows the check-in as it is now, and keeps what was typed."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        data["version"] = str(version)
        self.data = data
