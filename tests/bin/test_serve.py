"""bin/serve lets new processes take over before the old ones end, and what is under way finish."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.bin.test_run import free_port

TOP = Path(__file__).resolve().parents[2]
# Stands in for gunicorn: answers with the version of the code that it was started from, and its number.
GUNICORN = """#!/bin/sh
exec .venv/bin/python gunicorn.py
"""
SERVES = """
import os, pathlib, signal, socket, sys, time
version = pathlib.Path("version").read_text()
if version == "broken":
    sys.exit(3)
ends = []
signal.signal(signal.SIGTERM, lambda *more: ends.append(1))
listener = socket.socket(fileno=int(os.environ["BIND"].removeprefix("fd://")))
listener.settimeout(0.05)
os.write(int(os.environ["READY_FD"]), b".")
while not ends:
    try:
        asked, _ = listener.accept()
    except TimeoutError:
        continue
    asked.settimeout(5)
    if asked.recv(9) == b"slow":
        pathlib.Path("under-way").touch()
        time.sleep(0.5)
    asked.sendall(f"{version} {os.getpid()}".encode())
    asked.close()
"""
# And for Django: the database may be refused; the worker has something under way when it is to end.
MANAGE = """
import os, pathlib, signal, sys, time
if sys.argv[1] == "prepare":
    sys.exit(pathlib.Path("version").read_text() == "refused")
version = pathlib.Path("version").read_text()
ends = []
signal.signal(signal.SIGTERM, lambda *more: ends.append(1))
os.write(int(os.environ["READY_FD"]), b".")
pathlib.Path("worker-runs").touch()
while not ends:
    time.sleep(0.05)
time.sleep(0.5)
with open("finished", "a") as file:
    file.write(version)
"""


class Served:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.log = folder / "log"

    def start(self, *kinds: str) -> subprocess.Popen[bytes]:
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [self.folder / "bin/serve", *kinds],
                env={"PATH": os.environ["PATH"], "PORT": str(self.port)},
                stderr=log,
            )
        return self.process

    def run(self) -> subprocess.Popen[bytes]:
        """Start both, and wait until they are at work."""
        self.start()
        wait_until(lambda: (self.folder / "worker-runs").exists() and is_open(self.port))
        return self.process

    def version(self, number: str) -> None:
        (self.folder / "version").write_text(number)

    def ask(self, word: bytes = b"now") -> list[str]:
        """Return which version answers, and the number of its process."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as asking:
            asking.sendall(word)
            return asking.recv(99).decode().split()

    def says(self, words: str) -> bool:
        return words in self.log.read_text()


def wait_until(is_so: Callable[[], object]) -> None:
    until = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.02)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    for name in ("bin/serve", "bin/serve.py", "bin/production"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(TOP / name, tmp_path / name)
    (tmp_path / ".venv/bin").mkdir(parents=True)
    (tmp_path / ".venv/bin/python").symlink_to(sys.executable)
    (tmp_path / ".venv/bin/gunicorn").write_text(GUNICORN)
    (tmp_path / ".venv/bin/gunicorn").chmod(0o700)
    (tmp_path / "gunicorn.py").write_text(SERVES)
    (tmp_path / "manage.py").write_text(MANAGE)
    made = Served(tmp_path)
    made.version("1")
    try:
        yield made
    finally:
        made.process.kill()
        made.process.wait()


def test_new_processes_take_over_and_nobody_is_refused(served: Served) -> None:
    server = served.run()
    answers = [served.ask()[0]]
    is_over = threading.Event()

    def ask_on() -> None:
        while not is_over.is_set():
            answers.append(served.ask()[0])

    asking = threading.Thread(target=ask_on)
    asking.start()
    for version, said in (("2", "New processes took over."), ("broken", "go on."), ("refused", "go on.")):
        served.version(version)
        served.log.write_text("")
        server.send_signal(signal.SIGHUP)
        wait_until(partial(served.says, said))
    is_over.set()
    asking.join()
    # The old one answers until the new one does, and what cannot start takes nothing over.
    assert sorted(set(answers)) == ["1", "2"]
    assert served.ask()[0] == "2"
    server.send_signal(signal.SIGTERM)
    assert server.wait(60) == 0
    finished = served.folder.joinpath("finished").read_text()
    assert (finished[0], "2" in finished) == ("1", True)


def is_open(port: int) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0


def test_what_is_under_way_finishes_and_what_was_killed_is_started_again(served: Served) -> None:
    server = served.run()
    first = served.ask()[1]
    os.kill(int(first), signal.SIGKILL)
    # The socket stays open meanwhile: who asks waits.
    assert served.ask()[1] != first
    assert served.says("web ended (-9)")
    said: list[list[str]] = []
    asking = threading.Thread(target=lambda: said.append(served.ask(b"slow")))
    asking.start()
    wait_until(served.folder.joinpath("under-way").exists)
    server.send_signal(signal.SIGTERM)
    assert server.wait(60) == 0
    asking.join()
    assert said[0][0] == "1"
    assert served.folder.joinpath("finished").read_text() == "1"
    assert not is_open(served.port)


@pytest.mark.skipif(not shutil.which("setpriv"), reason="Only Linux ends the children of who was killed.")
def test_nothing_stays_behind_a_parent_that_was_killed(served: Served) -> None:
    server = served.run()
    served.ask()
    server.kill()
    wait_until(lambda: not is_open(served.port))
    wait_until(served.folder.joinpath("finished").exists)


def test_what_cannot_start_is_said_in_a_sentence(served: Served) -> None:
    with socket.create_server(("127.0.0.1", served.port)):
        assert served.start("web").wait(60) == 1
        (served.folder / ".env").write_text("LOG_JSON=1\n")
        assert served.start("web").wait(60) == 1
        (served.folder / ".env").write_text("PORT\n")
        assert served.start("web").wait(60) == 1
    line, event, about_env = served.log.read_text().splitlines()
    (served.folder / ".env").unlink()
    assert about_env == ".env has a line that is not NAME=value: number 1"
    words = f"127.0.0.1:{served.port} cannot be listened at: "
    assert f"Z INFO trefoil.serve: {words}" in line
    assert json.loads(event)["message"].startswith(words)
    assert served.start("everything").wait(60) == 1
    assert served.says("bin/serve [all|web|worker]")
    served.version("refused")
    assert served.start("worker").wait(60) == 1
