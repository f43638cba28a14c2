from django import forms


class NeedForm(forms.Form):
    why = forms.CharField(
        label="Why?",
        max_length=300,
        help_text="In one line: what is missing, wrong or hard to find? The course admins read it.",
        error_messages={"required": "Say in one line why it needs better material."},
    )
