"""Make a dump of each kind of database with the demo in it: `python -m tests.upgrading.make NAME`, once a version.

The rules of test_upgrading.py for files hold here. Needs the server binaries and pg_dump of a PostgreSQL.
"""

import json
import lzma
import os
import sqlite3
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

HERE = Path(__file__).resolve().parent
TOP = HERE.parent.parent
sys.path.insert(0, str(TOP / "bin"))

import postgres  # noqa: E402 - stands in bin, beside the other scripts


def manage(url: str, *arguments: str) -> None:
    environment = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "config.test_settings"}
    subprocess.run([sys.executable, "manage.py", *arguments], cwd=TOP, env=environment, check=True)


def fill(url: str) -> None:
    manage(url, "migrate", "--verbosity=0")
    manage(url, "load_demo")


def visit(url: str, at: str) -> dict[str, object]:
    environment = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "config.test_settings"}
    seen = subprocess.run(
        [sys.executable, "-m", "tests.upgrading.visit", at],
        cwd=TOP,
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
    ).stdout
    found: dict[str, object] = json.loads(seen)
    return found


def main(name: str) -> int:
    at = datetime.now(UTC).isoformat(timespec="seconds")
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/trefoil.sqlite3"
        fill(url)
        # The backup leaves the log of the last writes behind; VACUUM would need Django's functions.
        source, target = (
            sqlite3.connect(f"{folder}/trefoil.sqlite3"),
            sqlite3.connect(f"{folder}/whole.sqlite3"),
        )
        source.backup(target)
        source.close()
        target.close()
        content = Path(folder, "whole.sqlite3").read_bytes()
        (HERE / f"{name}.sqlite3.xz").write_bytes(lzma.compress(content, preset=9))
        seen = visit(url, at)
    binaries = postgres.server_binaries()
    if binaries is None:
        raise SystemExit("There is no PostgreSQL server here to make a dump of.")
    with postgres.throwaway_cluster(binaries) as url:
        fill(url)
        folder, _, database = url.removeprefix(f"postgres://{postgres.NAME}@/").rpartition("/")
        text = subprocess.run(
            [
                binaries / "pg_dump",
                f"--host={folder}",
                f"--username={postgres.NAME}",
                "--inserts",
                "--rows-per-insert=100",
                "--no-owner",
                "--no-privileges",
                database,
            ],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
    # Commands of psql, which a driver does not know.
    statements = "\n".join(line for line in text.splitlines() if not line.startswith("\\"))
    (HERE / f"{name}.postgresql.sql.xz").write_bytes(lzma.compress(statements.encode(), preset=9))
    kept = {"made_at": at, "counts": seen["counts"], "found": seen["found"]}
    (HERE / f"{name}.json").write_text(json.dumps(kept, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
