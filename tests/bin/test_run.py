"""bin/run says a taken port at once, and everything that it starts ends with it."""

import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

import pytest

TOP = Path(__file__).resolve().parents[2]
# Stands in for Django: writes down how it is called.
MANAGE = """
import os, pathlib, sys, time
if sys.argv[1] == "load_demo":
    pathlib.Path(os.environ["DATABASE_URL"].removeprefix("sqlite:///")).write_text("SQLite format 3")
    if pathlib.Path("breaks").exists():
        sys.exit(1)
pathlib.Path(f"parent of {sys.argv[1]}").write_text(str(os.getppid()))
pathlib.Path(sys.argv[1]).write_text(f"{os.getpid()} {' '.join(sys.argv[1:])}")
while sys.argv[1] == "runserver" and not pathlib.Path("worker").exists():
    time.sleep(0.01)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with all that bin/run needs, without packages to install and apps to load."""
    (tmp_path / "bin").mkdir()
    shutil.copy(TOP / "bin/run", tmp_path / "bin/run")
    for name in ("bin/setup", "sleep"):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o700)
    (tmp_path / ".venv/bin").mkdir(parents=True)
    (tmp_path / ".venv/bin/python").symlink_to(sys.executable)
    (tmp_path / "manage.py").write_text(MANAGE)
    return tmp_path


def run(folder: Path, port: int, url: str = "sqlite://") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [folder / "bin/run"],
        # It waits before it starts the worker, but not here.
        env={"PATH": f"{folder}:{os.environ['PATH']}", "DATABASE_URL": url, "PORT": str(port)},
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


def test_a_taken_port_is_said_before_anything_is_done(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = run(folder, port)
    assert said.returncode == 1
    assert said.stderr.startswith(f"Port {port} cannot be used")
    assert said.stdout == ""
    assert not (folder / "migrate").exists()


def test_the_worker_ends_with_the_server_that_it_is_told(folder: Path) -> None:
    port = free_port()
    said = run(folder, port)
    assert f"Trefoil is at http://127.0.0.1:{port}/" in said.stdout
    server = (folder / "runserver").read_text().split()
    assert server[1:] == ["runserver", f"127.0.0.1:{port}"]
    assert (folder / "worker").read_text().split()[1:] == ["worker"]
    assert (folder / "parent of worker").read_text() == server[0]
    # Its files, the database among them, are for their owner alone.
    assert stat.S_IMODE((folder / "migrate").stat().st_mode) == 0o600


def test_a_start_that_was_broken_off_leaves_no_database_and_the_next_one_makes_the_demo(folder: Path) -> None:
    port = free_port()
    (folder / "breaks").touch()
    assert run(folder, port, "").returncode == 1
    assert not (folder / "var/trefoil.sqlite3").exists()
    (folder / "breaks").unlink()
    (folder / ".venv/.installed").touch()
    run(folder, port, "")
    assert (folder / "var/trefoil.sqlite3").exists()
    assert (folder / "load_demo").read_text().split()[1:] == ["load_demo", "--migrate"]
    (folder / "load_demo").unlink()
    run(folder, port, "")
    # It has the tables of its code, and what was written into it since stays.
    assert not (folder / "load_demo").exists()
    assert not (folder / "migrate").exists()
    # What is no database is handed to Django, which says so.
    (folder / "var/trefoil.sqlite3").write_text("shopping list")
    run(folder, port, "")
    assert (folder / "migrate").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="The administrator may write everywhere.")
def test_a_folder_that_cannot_be_written_is_said(folder: Path) -> None:
    (folder / "var").mkdir(0o500)
    said = run(folder, free_port())
    assert (said.returncode, "var cannot be written by" in said.stderr) == (1, True)


def test_ctrl_c_stops_the_server(tmp_path: Path) -> None:
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "manage.py", "runserver", f"127.0.0.1:{port}"],
        cwd=TOP,
        env={"PATH": os.environ["PATH"], "DEBUG": "1", "DATABASE_URL": f"sqlite:///{tmp_path}/none.sqlite3"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        # Tests that run in the background of a shell ignore SIGINT, and what they start would, too.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    try:
        until = time.monotonic() + 60
        while True:
            try:
                urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).close()
                break
            except OSError:
                assert time.monotonic() < until, "The server does not start."
                time.sleep(0.1)
        # As a terminal does: to the process that reloads, and to the one that serves.
        os.killpg(server.pid, signal.SIGINT)
        assert server.wait(20) == 0
        with socket.create_server(("127.0.0.1", port)):
            pass
    finally:
        if server.poll() is None:
            os.killpg(server.pid, signal.SIGKILL)
