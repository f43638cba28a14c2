from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib.auth import password_validation

from lib.names import OneLineInput
from lib.time_zones import TimeZoneField
from people.forms.sign_in import PASSWORD_HELP
from people.models import User

SHORT_NAME_LABEL = "What should we call you?"
SHORT_NAME_HELP = "If empty: the first word of your name."


class AccountForm(forms.ModelForm[User]):
    class Meta:
        model = User
        fields = ("name", "short_name", "time_zone")
        labels: ClassVar = {"short_name": SHORT_NAME_LABEL}
        help_texts: ClassVar = {"short_name": SHORT_NAME_HELP}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs["autocomplete"] = "name"
        self.fields["short_name"].widget.attrs["autocomplete"] = "nickname"
        self.fields["time_zone"] = TimeZoneField(
            nothing="Your course’s time zone", saved=self.instance.time_zone, initial=self.instance.time_zone
        )


class InvitationAcceptForm(forms.Form):
    name = OneLineInput(label="Your name", max_length=150)
    short_name = OneLineInput(
        label=SHORT_NAME_LABEL, help_text=SHORT_NAME_HELP, max_length=50, required=False
    )
    password = forms.CharField(
        label="Password",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=PASSWORD_HELP,
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        self.initial.setdefault("name", person.name)
        self.fields["name"].widget.attrs["autocomplete"] = "name"
        self.fields["short_name"].widget.attrs["autocomplete"] = "nickname"
        if person.pk is None:
            self.fields["email"] = forms.EmailField(label="E-mail")
            self.order_fields(["email"])
            # The first site admin, of whom nothing is known. Without a password they sign in with codes.
            self.fields["password"].required = not settings.SENDS_MAIL
        elif settings.SENDS_MAIL:
            # A code by e-mail signs them in from now on.
            del self.fields["password"]

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        self.person.email = self.cleaned_data.get("email", self.person.email)
        if password:
            password_validation.validate_password(password, self.person)
        return password
