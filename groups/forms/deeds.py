from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet

from lib.natural_order import named
from people.models import Deed, DeedPerson


class DeedFilterForm(forms.Form):
    q = forms.CharField(
        label="Person",
        required=False,
        max_length=100,
        widget=forms.SearchInput({"placeholder": "Who did it, or to whom"}),
    )
    kind = forms.ChoiceField(required=False, choices=[("", "Everything"), *Deed.Kind.choices])

    def chosen(self, deeds: QuerySet[Deed]) -> QuerySet[Deed]:
        """What is invalid is ignored."""
        self.is_valid()
        kind, text = self.cleaned_data.get("kind"), self.cleaned_data.get("q")
        if kind:
            deeds = deeds.filter(kind=kind)
        if text:
            concerned = DeedPerson.objects.filter(named("person__name_key", text), deed=OuterRef("pk"))
            deeds = deeds.filter(Q(named("by__name_key", text)) | Exists(concerned))
        return deeds
