"""Whether what failed failed because a disk is full: ours, or the one of the database."""

import errno

# https://www.postgresql.org/docs/current/errcodes-appendix.html: disk_full. SQLite has no code that Python tells.
_POSTGRESQL, _SQLITE = "53100", "database or disk is full"


def is_full(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            return True
        if getattr(error, "pgcode", None) == _POSTGRESQL or _SQLITE in str(error):
            return True
        error = error.__cause__ or error.__context__
    return False
