"""Ask on and on while bin/serve changes its processes, and count who was refused and what was lost.

    python -m benchmarks.restarts                                      on SQLite
    python bin/postgres.py .venv/bin/python -m benchmarks.restarts     on PostgreSQL

Eight people sign in anew, each time, and open their week. Meanwhile bin/serve is told HUP five times, then is stopped
and started, as one container alone is. At the end each session that was acknowledged has to be in the database.
"""

import http.client
import itertools
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
PEOPLE, RENEWALS = 8, 5
LEFT_OUT = (".*", "__pycache__", "var", "staticfiles", "tests", "benchmarks")


class Asking:
    """People who ask at once, what they were answered, and how long each waited."""

    def __init__(self, *ports: int) -> None:
        # Of several machines each one in turn is asked, or the next where nobody listens, as a reverse proxy does.
        self.ports = ports
        self.turns = itertools.cycle(range(len(ports)))
        self.answers: Counter[str] = Counter()
        self.sessions: list[str] = []
        self.waits: list[float] = []
        self.is_over = threading.Event()
        self.threads = [threading.Thread(target=self._go_on) for _ in range(PEOPLE)]

    def __enter__(self) -> "Asking":
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.is_over.set()
        for thread in self.threads:
            thread.join()

    def _go_on(self) -> None:
        while not self.is_over.is_set():
            began = time.monotonic()
            try:
                self._sign_in_and_look()
            except OSError as error:
                self.answers[type(error).__name__] += 1
                time.sleep(0.02)
            except http.client.HTTPException as error:
                self.answers[f"lost: {type(error).__name__}"] += 1
            else:
                self.waits.append(time.monotonic() - began)

    def _sign_in_and_look(self) -> None:
        token = secrets.token_hex(16)
        head = {
            "Cookie": f"csrftoken={token}",
            "X-CSRFToken": token,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        status, cookies = self._ask("POST", "/demo/sign-in/", "role=student", head)
        key = next((one.split("sessionid=")[1].split(";")[0] for one in cookies if "sessionid=" in one), "")
        self.answers[f"{status} signed in"] += 1
        if key:
            self.sessions.append(key)
            status, _ = self._ask("GET", "/week/", "", {"Cookie": f"sessionid={key}"})
            self.answers[f"{status} week"] += 1

    def _ask(self, method: str, path: str, body: str, head: dict[str, str]) -> tuple[int, list[str]]:
        turn = next(self.turns)
        for port in (*self.ports[turn:], *self.ports[:turn]):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            try:
                connection.connect()
            except ConnectionRefusedError:
                if len(self.ports) == 1:
                    raise
                self.answers["passed on"] += 1
                continue
            try:
                connection.request(method, path, body, head)
                answer = connection.getresponse()
                answer.read()
                return answer.status, answer.headers.get_all("Set-Cookie") or []
            finally:
                connection.close()
        raise ConnectionRefusedError


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def set_up(folder: Path, port: int, more: str = "") -> None:
    shutil.copytree(TOP, folder, ignore=shutil.ignore_patterns(*LEFT_OUT))
    (folder / ".venv").symlink_to((TOP / ".venv").resolve())
    (folder / ".env").write_text(
        f"SECRET_KEY={secrets.token_urlsafe(64)}\nALLOWED_HOSTS=127.0.0.1\nHTTPS=0\nDEMO=1\nLINK_CHECKS=0\nPORT={port}\n{more}"
    )
    # Not by bin/setup, which would change what the packages here are for.
    for command in (["collectstatic", "--noinput", "--verbosity", "0"], ["prepare"], ["load_demo"]):
        subprocess.run(
            ["bin/production", "manage.py", *command], cwd=folder, check=True, stdout=subprocess.DEVNULL
        )


def start(folder: Path, kind: str = "all", **more: str) -> subprocess.Popen[bytes]:
    with (folder / "log").open("a") as log:
        return subprocess.Popen(
            ["bin/serve", kind], cwd=folder, env=os.environ | more, stdout=log, stderr=log
        )


def wait_for_answer(port: int) -> None:
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            connection.request("GET", "/healthz")
            connection.getresponse().read()
            return
        except OSError:
            time.sleep(0.02)
        finally:
            connection.close()


def renew(folder: Path, server: subprocess.Popen[bytes], times: int) -> float:
    """Tell HUP, wait until the new processes have taken over; return the seconds that it took."""
    began = time.monotonic()
    server.send_signal(signal.SIGHUP)
    while (folder / "log").read_text().count("New processes took over.") < times:
        time.sleep(0.05)
    return time.monotonic() - began


def lost(folder: Path, sessions: list[str]) -> int:
    program = (
        "import sys; from django.contrib.sessions.models import Session;"
        "print(len(set(sys.stdin.read().split()) - set(Session.objects.values_list('pk', flat=True))))"
    )
    return int(ask_django(folder, program, "\n".join(sessions)))


def ask_django(folder: Path, program: str, said: str = "") -> str:
    command = ["bin/production", "manage.py", "shell", "--no-imports", "-c", program]
    done = subprocess.run(command, cwd=folder, input=said, text=True, stdout=subprocess.PIPE, check=True)
    return done.stdout


def main() -> None:
    port = free_port()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "trefoil"
        set_up(folder, port)
        server = start(folder)
        try:
            wait_for_answer(port)
            with Asking(port) as asking:
                time.sleep(2)
                took = [renew(folder, server, n) for n in range(1, RENEWALS + 1)]
                time.sleep(2)
            report("HUP, five times", folder, asking)
            print("seconds that new processes take:", ", ".join(f"{one:.1f}" for one in took))
            with Asking(port) as asking:
                time.sleep(2)
                began = time.monotonic()
                server.send_signal(signal.SIGTERM)
                server.wait()
                ended = time.monotonic()
                server = start(folder)
                wait_for_answer(port)
                print(
                    f"stopped in {ended - began:.1f} s; answers {time.monotonic() - ended:.1f} s after the start"
                )
                time.sleep(2)
            report("TERM, then started again", folder, asking)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait()
    if "DATABASE_URL" not in os.environ:
        print("(on SQLite)")


def report(what: str, folder: Path, asking: Asking) -> None:
    answers = ", ".join(f"{count} {answer}" for answer, count in sorted(asking.answers.items()))
    print(f"{what}: {answers}; longest wait {max(asking.waits):.1f} s")
    print(
        f"  {len(asking.sessions)} sessions were acknowledged, {lost(folder, asking.sessions)} of them are lost"
    )


if __name__ == "__main__":
    main()
