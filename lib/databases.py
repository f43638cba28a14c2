"""Whether a database went away, or has something to say against what was asked of it."""

from django.db import InterfaceError, InternalError, OperationalError

# https://www.postgresql.org/docs/current/errcodes-appendix.html: broken connections, and a server that is stopped or
# starts, and a standby that is not promoted yet. There is no code if nothing answered at all. PgBouncer says by the
# first that its server is away.
_CODES = ("08", "57P0", "25006")
_SQLITE = "unable to open database file"


def is_away(error: BaseException | None) -> bool:
    if not isinstance(error, (OperationalError, InterfaceError, InternalError)):
        return False
    code = getattr(error.__cause__, "pgcode", "")
    return code is None or code.startswith(_CODES) or _SQLITE in str(error)
