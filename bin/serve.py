"""Serve as in production: `bin/serve [all|web|worker]`. The image, the units of systemd and `make serve` start it.

It stays the parent of gunicorn and of the worker, and holds the socket, so that nobody is refused while they change:

- HUP starts new ones from the code and the .env that lie here now. Once they are ready, the old ones finish and end; if
  they do not get ready, the old ones stay.
- TERM and Ctrl-C let the requests and the mail under way finish, and end it all; a second one ends it at once.
- A process that ends by itself is started again.
"""

import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

COMMANDS = {
    "web": ["bin/production", ".venv/bin/gunicorn", "config.wsgi:application"],
    "worker": ["bin/production", "manage.py", "worker"],
}
# Seconds: to load the code on a busy machine; to finish, a little more than gunicorn gives a request; between starts of
# what does not stay; and between two looks.
READY_WITHIN, FINISHED_WITHIN, PAUSE, TICK = 120, 190, 2, 0.1
# On Linux: ends a process, gently, whose parent was killed outright.
END_WITH_PARENT = ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []


class Served:
    """A process of ours. It says by a pipe that it is ready."""

    def __init__(self, name: str, listener: socket.socket | None) -> None:
        self.name, self.began = name, time.monotonic()
        self.said, says = os.pipe()
        bind = {"BIND": f"fd://{listener.fileno()}"} if listener else {}
        self.process = subprocess.Popen(
            [*END_WITH_PARENT, *COMMANDS[name]],
            env=os.environ | bind | {"READY_FD": str(says)},
            pass_fds=[says, listener.fileno()] if listener else [says],
            start_new_session=True,  # a terminal's Ctrl-C reaches the parent alone
        )
        os.close(says)

    def becomes_ready(self) -> bool:
        readable, _, _ = select.select([self.said], [], [], READY_WITHIN)
        return bool(readable) and os.read(self.said, 1) != b""


class Server:
    def __init__(self, names: list[str]) -> None:
        self.names = names
        self.listener = listen() if "web" in names else None
        # All that have not ended; of these, what should go on; and when one that ended begins again.
        self.children: dict[int, Served] = {}
        self.running: dict[str, Served] = {}
        self.begins: dict[str, float] = {}

    def start(self, name: str) -> Served:
        child = Served(name, self.listener)
        self.children[child.process.pid] = child
        return child

    def renew(self) -> bool:
        """Start new processes, and end the old ones once the new ones are ready; otherwise end the new ones."""
        if subprocess.run(["bin/production", "manage.py", "prepare"], check=False).returncode:
            return False
        new = {name: self.start(name) for name in self.names}
        is_ready = all(child.becomes_ready() for child in new.values())
        tell(signal.SIGTERM, self.running if is_ready else new)
        if is_ready:
            self.running, self.begins = new, {}
        return is_ready

    def look_after(self) -> None:
        """Note what has ended (in a container orphans, too), and start again what should go on."""
        with suppress(ChildProcessError):
            while (ended := os.waitpid(-1, os.WNOHANG))[0]:
                if (child := self.children.pop(ended[0], None)) is None:
                    continue
                os.close(child.said)
                if self.running.get(child.name) is child:
                    say(f"{child.name} ended ({os.waitstatus_to_exitcode(ended[1])}), and is started again.")
                    del self.running[child.name]
                    self.begins[child.name] = child.began + PAUSE
        for name in [name for name, moment in self.begins.items() if time.monotonic() >= moment]:
            del self.begins[name]
            self.running[name] = self.start(name)

    def end(self, asked: list[int]) -> None:
        """Let all finish that is under way, and let nobody in."""
        if self.listener is not None:
            self.listener.close()
        self.running, self.begins = {}, {}
        tell(signal.SIGTERM, self.children)
        until = time.monotonic() + FINISHED_WITHIN
        while self.children and not asked and time.monotonic() < until:
            time.sleep(TICK)
            self.look_after()
        tell(signal.SIGKILL, self.children)


def tell(number: int, children: Mapping[Any, Served]) -> None:
    for child in children.values():
        # Nobody else can have its number before `look_after` has waited for it.
        os.kill(child.process.pid, number)


def say(text: str) -> None:
    """As a line of the log, which `lib.log_lines` makes of what the others say."""
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
    event = {"at": at, "level": "INFO", "logger": "trefoil.serve", "message": text}
    is_json = read("${LOG_JSON:-0}").lower() in ("1", "true", "on", "yes", "y", "ok")
    line = json.dumps(event) if is_json else f"{at} INFO trefoil.serve: {text}"
    print(line, file=sys.stderr, flush=True)


def read(variable: str) -> str:
    """Of the environment or of .env, as a shell writes it."""
    command = ["bin/production", "sh", "-c", f'echo "{variable}"']
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SystemExit(1)  # It has said why.
    return done.stdout.strip()


def listen() -> socket.socket:
    """Open the socket at BIND, or at PORT."""
    address = read("${BIND:-127.0.0.1:${PORT:-8000}}")
    host, _, port = address.rpartition(":")
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host.strip("[]"), int(port)), family=family, backlog=2048)
    except (OSError, ValueError) as error:
        say(f"{address} cannot be listened at: {error}")
        raise SystemExit(1) from error


def main() -> None:
    kinds = {"all": list(COMMANDS), "web": ["web"], "worker": ["worker"]}
    if (kind := (sys.argv[1:] or ["all"])[0]) not in kinds:
        raise SystemExit(__doc__)
    asked: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda number, frame: asked.append(number))
    server = Server(kinds[kind])
    if not server.renew():
        raise SystemExit(1)
    while not {signal.SIGTERM, signal.SIGINT}.intersection(asked):
        if asked:
            asked.remove(signal.SIGHUP)
            say("New processes took over." if server.renew() else "The old processes go on.")
        server.look_after()
        time.sleep(TICK)
    asked.clear()
    server.end(asked)


if __name__ == "__main__":
    main()
