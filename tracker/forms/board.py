from django import forms


class BoardSearchForm(forms.Form):
    q = forms.CharField(
        label="Student, mentor or group", required=False, max_length=100, widget=forms.SearchInput()
    )
    # The list that is looked at alone.
    show = forms.CharField(required=False, widget=forms.HiddenInput())
