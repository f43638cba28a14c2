"""The forms of allauth with other labels. `ACCOUNT_FORMS` lists them."""

from typing import Any

from allauth.account import forms as allauth_forms
from django import forms

PASSWORD_HELP = "At least 10 characters. A few random words are strong and easy to remember."  # noqa: S105


def _set_labels(form: forms.Form, labels: dict[str, str]) -> None:
    for name, label in labels.items():
        form.fields[name].label = label
        # The label has the same text.
        form.fields[name].widget.attrs.pop("placeholder", None)


class SignInForm(allauth_forms.LoginForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _set_labels(self, {"login": "E-mail", "password": "Password"})


class SignInCodeForm(allauth_forms.RequestLoginCodeForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _set_labels(self, {"email": "E-mail"})


class PasswordResetForm(allauth_forms.ResetPasswordForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _set_labels(self, {"email": "E-mail"})


class PasswordResetKeyForm(allauth_forms.ResetPasswordKeyForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _set_labels(self, {"password1": "New password", "password2": "Repeat new password"})
        self.fields["password1"].help_text = PASSWORD_HELP


class PasswordChangeForm(allauth_forms.ChangePasswordForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _set_labels(
            self,
            {
                "oldpassword": "Current password",
                "password1": "New password",
                "password2": "Repeat new password",
            },
        )
        self.fields["password1"].help_text = PASSWORD_HELP


class PasswordSetForm(allauth_forms.SetPasswordForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _set_labels(self, {"password1": "Password", "password2": "Repeat password"})
        self.fields["password1"].help_text = PASSWORD_HELP
