"""Where mail goes while no SMTP server is set."""

import sys

from django.core.mail import EmailMessage
from django.core.mail.backends.filebased import EmailBackend as FileBackend


class ConsoleAndFileBackend(FileBackend):
    """Write each message to the console, to be read now, and to a file, to be found later."""

    def write_message(self, message: EmailMessage) -> None:
        super().write_message(message)
        sys.stdout.write(message.message().as_string() + "\n" + "-" * 79 + "\n")
        sys.stdout.flush()
