import logging
import subprocess
import sys
from datetime import datetime

from django.conf import settings

from lib.nights import is_kept, nightly_archives

logger = logging.getLogger("trefoil.worker")
# Of UTC.
_HOUR = 2


class Backups:
    """The backup of the night, made by a process of its own: mails do not wait for it."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def begin_due(self, now: datetime) -> str:
        """Begin the backup of the day unless there is one; once there is, remove old ones."""
        ended = self._process.poll() if self._process else 0
        if settings.BACKUP_DIR is None or now.hour < _HOUR or ended is None:
            return ""
        made = nightly_archives(settings.BACKUP_DIR)
        if now.date() not in made:
            if ended:
                logger.error(
                    "no backup was made in BACKUP_DIR, %s, and it is tried again", settings.BACKUP_DIR
                )
            file = settings.BACKUP_DIR / f"trefoil-{now.date()}.zip"
            command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "backup", str(file)]
            # Its words go into the log of this process.
            self._process = subprocess.Popen(command)  # noqa: S603 - nothing of it was typed
            return f"began {file}"
        old = [path for day, path in made.items() if not is_kept(day, now.date())]
        for path in old:
            path.unlink()
        return f"removed {len(old)} of before" if old else ""

    def wait(self) -> bool:
        """Wait until the backup that is under way has ended; return whether there was one."""
        return self._process is not None and self._process.wait() is not None


backups = Backups()
