"""The version and the commit of the code that runs."""

import subprocess
from contextlib import suppress
from functools import cache

from django.conf import settings


@cache
def commit() -> str:
    """Its first letters, as git or else the file COMMIT has it; empty where neither does."""
    asked, folder = "", settings.BASE_DIR
    # In a folder that another user owns git answers only if it is told to.
    command = ["git", "-c", f"safe.directory={folder}", "rev-parse", "HEAD"]
    with suppress(OSError):
        if (folder / ".git").exists():
            asked = subprocess.run(  # noqa: S603 - nothing of it was typed
                command, cwd=folder, capture_output=True, text=True, check=False
            ).stdout
    with suppress(OSError):
        asked = asked or (folder / "COMMIT").read_text()
    return asked.strip()[:8]


def version_and_commit() -> str:
    return ", commit ".join(filter(None, (settings.VERSION, commit())))
