"""gunicorn with its settings, and an application of a few lines."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import pytest

from tests.bin.test_run import free_port

TOP = Path(__file__).resolve().parents[2]
APPLICATION = """
import os
from prometheus_client import CollectorRegistry, Counter, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
asked = Counter("asked", "Requests", registry=None)
def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    asked.inc()
    if environ["PATH_INFO"] == "/metrics":
        registry = CollectorRegistry()
        MultiProcessCollector(registry)
        return [generate_latest(registry)]
    return [str(os.getpid()).encode()]
"""


def ask(port: int, path: str = "/") -> HTTPResponse:
    asking = HTTPConnection("127.0.0.1", port, timeout=60)
    asking.request("GET", path)
    return asking.getresponse()


@pytest.fixture
def gunicorn(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    (tmp_path / "answers.py").write_text(APPLICATION)
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "-c", str(TOP / "gunicorn.conf.py"), "answers:application"]
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(TOP), "PORT": str(port), "WEB_CONCURRENCY": "2"}
    server = subprocess.Popen(command, cwd=tmp_path, env=environ, start_new_session=True)
    until = time.monotonic() + 60
    while True:
        with suppress(OSError):
            ask(port)
            break
        assert time.monotonic() < until
        time.sleep(0.05)
    try:
        yield server, port
    finally:
        with suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def test_processes_end_within_a_request_once_gunicorn_was_killed(
    gunicorn: tuple[subprocess.Popen[bytes], int],
) -> None:
    server, port = gunicorn
    server.kill()
    server.wait()
    answered = []
    with suppress(OSError):
        for _ in range(20):
            answered.append(ask(port).read())
    assert 1 <= len(answered) <= 2
    assert len(set(answered)) == len(answered)


def test_no_answer_names_the_server(gunicorn: tuple[subprocess.Popen[bytes], int]) -> None:
    answer = ask(gunicorn[1])
    assert answer.status == 200
    assert answer.headers["Server"] is None


def test_both_processes_count_into_one_figure(gunicorn: tuple[subprocess.Popen[bytes], int]) -> None:
    def counted() -> float:
        text = ask(gunicorn[1], "/metrics").read().decode()
        return next(float(line.split()[1]) for line in text.splitlines() if line.startswith("asked_total"))

    before = counted()
    # A process whose request has not come whole takes no other, so the second one answers, as soon as it has begun.
    held = HTTPConnection("127.0.0.1", gunicorn[1], timeout=60)
    held.putrequest("GET", "/")
    held.connect()
    second = ask(gunicorn[1]).read()
    held.endheaders()
    assert held.getresponse().read() != second
    assert counted() == before + 3
