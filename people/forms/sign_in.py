"""The forms of allauth with other labels. `ACCOUNT_FORMS` lists them."""

from typing import Any

from allauth.account import forms as allauth_forms
from allauth.core import context
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import TOTP

from people.actions.limits import give_back
from people.models import User
from people.sign_in_policy import count_asked, spend_try

PASSWORD_HELP = "At least 10 characters. A few random words are strong and easy to remember."  # noqa: S105


def _with_labels(form: Any, **labels: str) -> Any:
    """The form with these labels, without placeholders of the same text."""

    class WithLabels(form):  # type: ignore[misc]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            for name, label in labels.items():
                self.fields[name].label = label
                self.fields[name].widget.attrs.pop("placeholder", None)
            if "password1" in labels:
                self.fields["password1"].help_text = PASSWORD_HELP
            if "code" in labels:
                # Nothing else is typed on its page.
                self.fields["code"].widget.attrs["autofocus"] = True

    return WithLabels


SignInForm = _with_labels(allauth_forms.LoginForm, login="E-mail", password="Password")  # noqa: S106
ConfirmSignInCodeForm = _with_labels(allauth_forms.ConfirmLoginCodeForm, code="Code")
_NEW = {"password1": "New password", "password2": "Repeat new password"}
PasswordResetKeyForm = _with_labels(allauth_forms.ResetPasswordKeyForm, **_NEW)
PasswordChangeForm = _with_labels(allauth_forms.ChangePasswordForm, oldpassword="Current password", **_NEW)
PasswordSetForm = _with_labels(
    allauth_forms.SetPasswordForm,
    password1="Password",
    password2="Repeat password",
)


class SignInCodeForm(_with_labels(allauth_forms.RequestLoginCodeForm, email="E-mail")):  # type: ignore[misc]
    def clean_email(self) -> str:
        """allauth would also take an account that has this address only to confirm."""
        email: str = self.cleaned_data["email"]
        self._user = User.objects.of_mailbox(email)
        count_asked(context.request, self._user)
        return email


class PasswordResetForm(_with_labels(allauth_forms.ResetPasswordForm, email="E-mail")):  # type: ignore[misc]
    def clean_email(self) -> str:
        """As above."""
        email: str = self.cleaned_data["email"]
        person = User.objects.of_mailbox(email)
        self.users = [person] if person else []
        count_asked(context.request, person)
        return email


class _Counted:
    """A form whose code is counted while it is wrong."""

    user: User

    def clean_code(self) -> str:
        tries = spend_try(context.request, self.user.email, what="second factor")
        code: str = super().clean_code()  # type: ignore[misc]
        give_back(tries)
        return code


class SecondFactorForm(_Counted, _with_labels(mfa_forms.AuthenticateForm, code="Code")):  # type: ignore[misc]
    pass


class SecondFactorAgainForm(_Counted, _with_labels(mfa_forms.ReauthenticateForm, code="Code")):  # type: ignore[misc]
    pass


class SecondFactorSetUpForm(_Counted, ActivateTOTPForm):  # type: ignore[misc]
    def clean_code(self) -> str:
        """allauth counts a code once when somebody signs in, and not yet when it is set up."""
        code: str = super().clean_code()
        TOTP(Authenticator(user=self.user))._mark_code_used(code)
        return code
