import logging
import re
import time

# Paths that hold a secret: whoever reads the log could use it.
_SECRET = re.compile(
    r"(/invitation/|/account/password/reset/key/|/account/confirm-email/|/account/address/|/account/link/|/account/mails/stop/"
    r"|/calendar-feed/|/first-operator/|/spreadsheet/)[^/\s\"']+"
)


def without_secrets(text: str) -> str:
    return _SECRET.sub(r"\1…", text)


class LogLine(logging.Formatter):
    """A line of the log, in UTC, with its traceback, without what invitations and links in e-mails are signed with.

    A line end in a message is written as such, so that nobody can make up a line of the log.
    """

    converter = time.gmtime  # type: ignore[assignment]  # typeshed reads the function as a method
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the name of the standard library
        record.message = record.message.replace("\r", "\\r").replace("\n", "\\n")
        return super().formatMessage(record)

    def format(self, record: logging.LogRecord) -> str:
        return without_secrets(super().format(record))
