import logging
import subprocess
import sys
from datetime import datetime, timedelta

from django.conf import settings

from lib.nights import is_kept, nightly_archives

logger = logging.getLogger("trefoil.worker")
# Of UTC.
_HOUR = 2
# Between two tries.
_PAUSE = timedelta(minutes=10)


class Backups:
    """The backup of the night, made by a process of its own: mails do not wait for it."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._tried_at: datetime | None = None

    def begin_due(self, now: datetime) -> str:
        """Begin the backup of the day unless there is one; once there is, remove old ones."""
        if self._process and self._process.poll() is None:
            return ""
        self.wait()
        if settings.BACKUP_DIR is None or now.hour < _HOUR:
            return ""
        made = nightly_archives(settings.BACKUP_DIR)
        if now.date() not in made:
            if self._tried_at and abs(now - self._tried_at) < _PAUSE:
                return ""
            self._tried_at = now
            file = settings.BACKUP_DIR / f"trefoil-{now.date()}.zip"
            command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "backup", str(file)]
            self._process = subprocess.Popen(  # noqa: S603 - nothing of it was typed
                command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
            )
            return f"began {file}"
        old = [path for day, path in made.items() if not is_kept(day, now.date())]
        for path in old:
            path.unlink()
        return f"removed {len(old)} of before" if old else ""

    def wait(self) -> None:
        """Wait until the backup that is under way has ended, and put into the log what it said."""
        if self._process:
            said, _ = self._process.communicate()
            level = logging.ERROR if self._process.returncode else logging.INFO
            logger.log(level, "backups: %s", said.strip())
            self._process = None


backups = Backups()
