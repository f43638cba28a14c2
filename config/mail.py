"""The settings of e-mail: the SMTP server, or the folder that takes mails while none is set."""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend as SmtpBackend


class PatientSmtpBackend(SmtpBackend):
    """Connects within `timeout`, but waits longer for what the server says of a mail.

    Servers may examine a mail before they take it (RFC 5321, 4.5.3.2.6). A client that hangs up meanwhile sends it
    twice.
    """

    patience = 60.0

    def open(self) -> bool | None:
        is_new: bool | None = super().open()
        if is_new and self.connection is not None and self.connection.sock is not None:
            self.connection.sock.settimeout(self.patience)
        return is_new


class NoMailBackend(BaseEmailBackend):
    """For production without a mail server: says so, instead of pretending that a mail has left."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        raise OSError("No mail server is set (EMAIL_URL), so no e-mail is sent.")
