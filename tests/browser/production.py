"""Trefoil as docs/deploying.md has it, in a folder, with a database and a mail server of its own, empty."""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.request import urlopen

from tests.browser.clock import clock_of_processes
from tests.mail_server import MailServer, mail_server

TOP = Path(__file__).resolve().parents[2]
# It ends when its input does: also when the one who tests is killed.
SERVE = """
bin/serve &
read -r _
kill $!
wait
"""


class Production:
    """A server that runs, and a worker beside it."""

    def __init__(self, folder: Path, mail: MailServer) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.folder = folder
        self.mail = mail
        self.url = f"http://127.0.0.1:{port}"
        # As an operator would write it. Nothing else of this machine gets in, but for the clock.
        (folder / ".env").write_text(
            f"SECRET_KEY={secrets.token_urlsafe(64)}\nALLOWED_HOSTS=127.0.0.1\nHTTPS=0\nSITE_URL={self.url}\n"
            f"PORT={port}\nLINK_CHECKS=0\nEMAIL_URL=smtp://127.0.0.1:{mail.server_address[1]}\n"
            "DEFAULT_FROM_EMAIL=Trefoil <trefoil@localhost>\n"
        )
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        self.environment = kept | clock_of_processes()

    def manage(self, *command: str, **environment: str) -> None:
        subprocess.run(
            ["bin/production", "manage.py", *command],
            cwd=self.folder,
            env=self.environment | environment,
            check=True,
        )

    def start(self) -> None:
        with (self.folder / "var/log").open("a") as output:
            self.server = subprocess.Popen(
                ["sh", "-c", SERVE],
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self._wait()

    def stop(self) -> None:
        assert self.server.stdin is not None
        self.server.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            self.server.wait(10)
        # All that has not ended by then.
        with suppress(ProcessLookupError):
            os.killpg(self.server.pid, signal.SIGKILL)
        self.server.wait()

    @contextmanager
    def running(self) -> Iterator[None]:
        try:
            self.start()
            yield
        finally:
            self.stop()

    @property
    def log(self) -> str:
        return (self.folder / "var/log").read_text()

    def _wait(self) -> None:
        until = time.monotonic() + 60
        while True:
            try:
                with urlopen(f"{self.url}/healthz", timeout=5) as answer:
                    assert answer.read() == b"ok"
                    return
            except OSError:
                if time.monotonic() > until:
                    raise AssertionError(f"The server does not start:\n{self.log}") from None
                time.sleep(0.1)


@contextmanager
def production(folder: Path) -> Iterator[Production]:
    """An empty Trefoil that runs in this folder until the end of the block."""
    shutil.copytree(
        TOP,
        folder,
        ignore=shutil.ignore_patterns(
            ".*", "__pycache__", "var", "staticfiles", "tests", "docs", "benchmarks"
        ),
    )
    (folder / ".venv").symlink_to((TOP / ".venv").resolve())
    (folder / "var").mkdir()
    with mail_server() as mail:
        made = Production(folder, mail)
        made.manage("collectstatic", "--noinput", "--verbosity", "0")
        made.manage("prepare")
        with made.running():
            yield made
