import logging
import re

# Paths that hold a secret: whoever reads the log could use it.
_SECRET = re.compile(
    r"(/invitation/|/account/password/reset/key/|/account/confirm-email/|/account/address/)[^/\s\"']+"
)


def without_secrets(text: str) -> str:
    return _SECRET.sub(r"\1…", text)


class LogLine(logging.Formatter):
    """A line of the log, with its traceback, without what invitations and links in e-mails are signed with."""

    def format(self, record: logging.LogRecord) -> str:
        return without_secrets(super().format(record))
