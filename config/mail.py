"""How e-mail leaves, and where it goes while no SMTP server is set."""

import os
from collections.abc import Sequence
from pathlib import Path

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.filebased import EmailBackend as FileBackend
from django.core.mail.backends.smtp import EmailBackend as SmtpBackend


class PatientSmtpBackend(SmtpBackend):
    """Connects within `timeout`, but waits longer for what the server says of a mail.

    Servers may examine a mail before they take it (RFC 5321, 4.5.3.2.6). Who hangs up meanwhile sends it twice.
    """

    patience = 60.0

    def open(self) -> bool | None:
        is_new: bool | None = super().open()
        if is_new and self.connection is not None and self.connection.sock is not None:
            self.connection.sock.settimeout(self.patience)
        return is_new


class OwnFilesBackend(FileBackend):
    """For who develops: a file a mail. Codes and links are in them, so only the owner of the files may read them."""

    def open(self) -> bool:
        if self.stream is not None:
            return False
        path = Path(self._get_filename())
        path.parent.chmod(0o700)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self.stream = os.fdopen(descriptor, "ab")
        return True


class NoMailBackend(BaseEmailBackend):
    """For production without a mail server: says so, instead of pretending that a mail has left."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        raise OSError("No mail server is set (EMAIL_URL), so no e-mail is sent.")
