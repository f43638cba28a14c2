import subprocess
import sys
from datetime import datetime

from django.conf import settings

from sheets.actions.jobs import STOPPED, claim_job, end_job


class Child:
    """The process of a long job, one at a time. It ends when this one does: its input is held open here."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._job_id = 0

    def begin_next(self, now: datetime) -> str:
        """Begin the job that waits longest, once the one before has ended. One that was killed says so on its page."""
        if self._process is not None:
            if self._process.poll() is None:
                return ""
            self._process.communicate()
            is_stopped = end_job(self._job_id, STOPPED)
            self._process = None
            if is_stopped:
                return f"job {self._job_id} stopped before it was done"
        job = claim_job(now)
        if job is None:
            return ""
        self._job_id = job.pk
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "import_job", str(job.pk)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE)  # noqa: S603 - nothing of it was typed
        return f"began job {job.pk}, {job.work}"

    def wait(self) -> bool:
        """Wait until the job that is under way has ended; return whether there was one."""
        return self._process is not None and self._process.wait() is not None


long_jobs = Child()
