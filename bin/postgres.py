"""Run a command with DATABASE_URL naming a PostgreSQL database: `bin/postgres.py COMMAND…`.

TEST_DATABASE_URL is used when it is set. Otherwise a cluster is made for the command alone, from whatever
server binaries the machine has, and is stopped and removed with it, however it ends. Exit code 69 says that
there are none.
"""

import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

OLDEST = 15
UNAVAILABLE = os.EX_UNAVAILABLE
NAME = "trefoil"
FOLDERS = ("usr/lib/postgresql/*/bin", "usr/pgsql-*/bin", "opt/homebrew/opt/postgresql*/bin")
SETTINGS = {
    # Nothing outlives the run, so nothing has to reach the disk.
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    # Costs more than it gives on short queries; off in production too.
    "jit": "off",
    # Rows are taken back before anything would have to be swept; nobody follows.
    "autovacuum": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    # Only a socket in a folder that nobody else may enter: no port to clash, no password to keep.
    "listen_addresses": "",
}


def server_binaries() -> Path | None:
    """Return the folder of the newest usable server binaries, or none."""
    folders = [folder for pattern in FOLDERS for folder in Path("/").glob(pattern)]
    if on_path := shutil.which("initdb"):
        folders.append(Path(on_path).resolve().parent)
    versions = [(version, folder) for folder in folders if (version := _version(folder)) >= OLDEST]
    return max(versions)[1] if versions else None


def _version(folder: Path) -> int:
    """Return the major version of the server in the folder, 0 when there is none."""
    if not all((folder / name).exists() for name in ("initdb", "pg_ctl", "postgres")):
        return 0
    said = subprocess.run(
        [folder / "postgres", "--version"], capture_output=True, text=True, check=False
    ).stdout
    found = re.search(r"\d+", said)
    return int(found[0]) if found else 0


# Waits for its input to end, which it does when we close it and when we are no more, killed outright among others.
KEEPER = 'read -r _; "$1" stop --pgdata=data --wait --mode=immediate; cd / && rm -rf "$2"'


@contextmanager
def throwaway_cluster(binaries: Path) -> Iterator[str]:
    """Give the URL of a new cluster's database; stop and remove the cluster afterwards."""
    # The server refuses to run as root. Root's own temporary folder may be closed to others; /tmp is not.
    account = _unprivileged_account() if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="trefoil-pg-", dir="/tmp" if account else None))
    if account:
        os.chown(folder, account.pw_uid, account.pw_gid)

    def start(program: str | Path, *arguments: str | Path, stdin: int) -> subprocess.Popen[str]:
        with (folder / "said").open("w") as said:
            return subprocess.Popen(
                [program, *arguments],
                cwd=folder,
                user=account.pw_uid if account else None,
                group=account.pw_gid if account else None,
                extra_groups=[] if account else None,
                # A session of its own: Ctrl-C reaches the command first, and the server only when it is done.
                start_new_session=True,
                stdin=stdin,
                stdout=said,
                stderr=subprocess.STDOUT,
                text=True,
            )

    def call(program: str, *arguments: str) -> None:
        if start(binaries / program, *arguments, stdin=subprocess.DEVNULL).wait(timeout=120):
            said = "".join(file.read_text() for file in (folder / "said", folder / "log") if file.exists())
            raise SystemExit(f"{program} failed:\n{said}")

    options = " ".join(f"-c {name}='{value}'" for name, value in SETTINGS.items())
    keeper = start("sh", "-c", KEEPER, "keeper", binaries / "pg_ctl", folder, stdin=subprocess.PIPE)
    try:
        call(
            "initdb",
            "--pgdata=data",
            f"--username={NAME}",
            "--auth=trust",
            "--no-sync",
            "--encoding=UTF8",
            "--locale=C",
        )
        call("pg_ctl", "start", "--pgdata=data", "--wait", "--log=log", f"--options={options} -k '{folder}'")
        call("createdb", f"--host={folder}", f"--username={NAME}", NAME)
        yield f"postgres://{NAME}@/{folder}/{NAME}"
    finally:
        keeper.communicate(timeout=60)


def _unprivileged_account() -> pwd.struct_passwd:
    """Return the account the server runs as when we are root."""
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise SystemExit("PostgreSQL does not run as root, and there is neither a user postgres nor nobody.")


def run_with(url: str, command: list[str]) -> int:
    """Run the command on the database, wait for its own end even when interrupted, return its exit code."""
    child = subprocess.Popen(command, env={**os.environ, "DATABASE_URL": url})
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:
            # From the terminal the child has it too, and is about to say where it was.
            continue
        except SystemExit:
            child.terminate()
            child.wait()
            raise


def clean_up_when_ended() -> None:
    """Make an end by another program (a CI's time limit, a closed terminal) run the `finally`s too."""

    def leave(number: int, frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGHUP, leave)


def main() -> int:
    command = sys.argv[1:]
    if not command:
        raise SystemExit(__doc__)
    clean_up_when_ended()
    if url := os.environ.get("TEST_DATABASE_URL"):
        return run_with(url, command)
    binaries = server_binaries()
    if binaries is None:
        print(
            f"No PostgreSQL server {OLDEST} or newer is installed, and TEST_DATABASE_URL is not set.",
            file=sys.stderr,
        )
        return UNAVAILABLE
    with throwaway_cluster(binaries) as url:
        return run_with(url, command)


if __name__ == "__main__":
    sys.exit(main())
