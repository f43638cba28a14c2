from typing import Any

from django import forms


class TypedTitleForm(forms.Form):
    """Somebody types the title of what they delete, so that nobody deletes the wrong one."""

    title = forms.CharField(
        max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})
    )

    def __init__(self, *args: Any, title: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._title = title
        self.fields["title"].label = f"Type “{title}” to confirm"

    def clean_title(self) -> str:
        typed: str = self.cleaned_data["title"]
        if typed.casefold() != self._title.strip().casefold():
            raise forms.ValidationError(f"This is not its title: type “{self._title}”.")
        return typed
