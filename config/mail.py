"""Where e-mail goes while no SMTP server is set."""

import os
from collections.abc import Sequence
from pathlib import Path

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.filebased import EmailBackend as FileBackend


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
