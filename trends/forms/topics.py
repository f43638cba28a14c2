from typing import Any

from django import forms
from django.http import Http404, QueryDict

from lib.editing import VersionedForm
from questions.models import Topic


class TopicFilterForm(forms.Form):
    """Invalid values in the address are ignored."""

    NEW_FIRST, MOST_ASKED, NEWEST = "new", "asked", "newest"

    q = forms.CharField(
        label="Search", required=False, max_length=300, widget=forms.TextInput(attrs={"type": "search"})
    )
    sort = forms.ChoiceField(
        label="Order",
        required=False,
        choices=[
            (NEW_FIRST, "pinned, new, then most asked this week"),
            (MOST_ASKED, "most asked first"),
            (NEWEST, "most recently asked first"),
        ],
    )

    def wanted(self) -> tuple[str, str]:
        self.is_valid()
        chosen = getattr(self, "cleaned_data", {})
        return chosen.get("q", ""), chosen.get("sort") or self.NEW_FIRST


class TopicNameForm(VersionedForm[Topic]):
    """Without a name, the title of the representative question is shown."""

    class Meta:
        model = Topic
        fields = ("title",)
        help_texts = {"title": "Leave empty to use the most representative question as the name."}

    def clean_title(self) -> str:
        title: str = self.cleaned_data["title"]
        return title.strip()


class TopicSearchForm(forms.Form):
    q = forms.CharField(
        label="Search", required=False, max_length=300, widget=forms.TextInput(attrs={"type": "search"})
    )
    chosen = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, label: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["q"].label = label

    def wanted(self) -> tuple[str, int | None]:
        self.is_valid()
        chosen = getattr(self, "cleaned_data", {})
        return chosen.get("q", ""), chosen.get("chosen")


class ChosenForm(forms.Form):
    chosen = forms.IntegerField(min_value=1)

    @classmethod
    def chosen_of(cls, posted: QueryDict) -> int:
        """Return the id. 404 without one."""
        form = cls(posted)
        if not form.is_valid():
            raise Http404
        chosen: int = form.cleaned_data["chosen"]
        return chosen
