"""A provider that sends a byte every three seconds, and the two processes of a web server as it is deployed."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Thread

import pytest
import requests

from tests.bin.test_run import free_port
from tests.stub_provider import StubProvider, stub_provider

TOP = Path(__file__).resolve().parents[2]


@pytest.fixture
def provider() -> Iterator[StubProvider]:
    with stub_provider() as stub:
        stub.drips = True
        yield stub


@pytest.fixture
def door(tmp_path: Path, provider: StubProvider) -> Iterator[str]:
    """The address of the page to sign in, of a web server that knows the provider."""
    port = free_port()
    environ = {
        "PATH": os.environ["PATH"],
        "DEBUG": "1",
        "DATABASE_URL": f"sqlite:///{tmp_path}/trefoil.sqlite3",
        "PORT": str(port),
        "WEB_CONCURRENCY": "2",
        "SIGN_IN_WITH": "acme",
        **provider.variables,
    }
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=TOP, env=environ, check=True)
    command = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "config.wsgi:application"]
    server = subprocess.Popen(command, cwd=TOP, env=environ, start_new_session=True)
    door = f"http://127.0.0.1:{port}/account/login/"
    until = time.monotonic() + 60
    while True:
        with suppress(requests.RequestException):
            # Both processes have loaded the page.
            for _ in range(8):
                requests.get(door, timeout=60).raise_for_status()
            break
        assert time.monotonic() < until
        time.sleep(0.1)
    try:
        yield door
    finally:
        with suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def press(door: str, waited: list[float]) -> None:
    """Press the button of the provider, in a browser of its own."""
    browser = requests.Session()
    page = browser.get(door, timeout=60).text
    (token,) = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[:1]
    (button,) = re.findall(r'action="(/account/oidc/[^"?]+)', page)[:1]
    began = time.monotonic()
    answer = browser.post(door.replace("/account/login/", button), {"csrfmiddlewaretoken": token}, timeout=60)
    waited.append(time.monotonic() - began)
    assert "Acme cannot sign you in at the moment." in answer.text


def test_provider_that_hangs_keeps_no_visitor_waiting(door: str, provider: StubProvider) -> None:
    waited: list[float] = []
    people = [Thread(target=press, args=(door, waited)) for _ in range(6)]
    visits = []
    for person in people:
        person.start()
    until = time.monotonic() + 8
    while time.monotonic() < until:
        began = time.monotonic()
        requests.get(door, timeout=60).raise_for_status()
        visits.append(time.monotonic() - began)
        time.sleep(0.05)
    for person in people:
        person.join()
    # One of six waited for all five seconds, the process of the others for one; unmended, a visitor waited for fifteen.
    assert max(visits) < 10
    assert sorted(waited)[4] < 10
    assert len(waited) == 6
    assert len(provider.heard) == 1
