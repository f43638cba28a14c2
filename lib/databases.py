"""Whether a database is not there, or cannot do now what was asked of it."""

from django.db import DatabaseError, InterfaceError, InternalError, OperationalError

from lib import disks

# https://www.postgresql.org/docs/current/errcodes-appendix.html: broken connections, and a server that is stopped or
# starts, and a standby that is not promoted yet. There is no code if nothing answered at all. PgBouncer says by the
# first that its server is away.
_CODES = ("08", "57P0", "25006")
_DEADLOCK, _LOCK_TIMEOUT = "40P01", "55P03"
# SQLite has no codes that Python tells.
_NO_FILE, _NO_DATABASE = "unable to open database file", "file is not a database"
_LOCKED = ("database is locked", "database table is locked")


def is_away(error: BaseException | None) -> bool:
    if isinstance(error, DatabaseError) and str(error).startswith((_NO_FILE, _NO_DATABASE)):
        return True
    if not isinstance(error, (OperationalError, InterfaceError, InternalError)):
        return False
    code = getattr(error.__cause__, "pgcode", "")
    return code is None or code.startswith(_CODES)


def outage(error: BaseException | None) -> str:
    """Return why the database does nothing now, if that is it; no line of ours is at fault then."""
    if disks.is_full(error):
        return "the disk is full"
    if is_away(error):
        return "the database does not answer"
    is_locked = isinstance(error, OperationalError) and str(error).startswith(_LOCKED)
    return "the database stays locked" if is_locked else ""


def is_lock_conflict(error: OperationalError) -> bool:
    """Whether others held what it waited for: it may be tried again, and nothing of it was done."""
    is_locked = str(error).startswith(_LOCKED)
    return is_locked or getattr(error.__cause__, "pgcode", "") in (_DEADLOCK, _LOCK_TIMEOUT)


def cannot_be_opened(error: BaseException) -> str:
    return f"The database of DATABASE_URL cannot be opened. It says: {' '.join(str(error).split())}"
