"""Keep a version: `python -m tests.upgrading.make 1.1.0` writes an archive of each kind of database, at its commit.

Never made again: what people run is history. Needs a PostgreSQL, of the oldest version that Trefoil runs on: no older
pg_restore reads what a newer pg_dump wrote.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
TOP = HERE.parent.parent
sys.path.insert(0, str(TOP / "bin"))

import postgres  # noqa: E402 - stands in bin, beside the other scripts


def keep(url: str, archive: Path, programs: Path) -> None:
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "config.test_settings",
        "PATH": f"{programs}:{os.environ['PATH']}",
    }
    for command in (["-m", "tests.upgrading.fill"], ["manage.py", "backup", str(archive)]):
        subprocess.run([sys.executable, *command], cwd=TOP, env=environment, check=True)
    archive.chmod(0o644)


def main(version: str) -> None:
    programs = postgres.server_binaries()
    if programs is None:
        raise SystemExit("There is no PostgreSQL server here to make an archive of.")
    with tempfile.TemporaryDirectory() as folder:
        keep(f"sqlite:///{folder}/trefoil.sqlite3", HERE / f"{version}.sqlite.zip", programs)
    with postgres.throwaway_cluster(programs) as url:
        keep(url, HERE / f"{version}.postgresql.zip", programs)


if __name__ == "__main__":
    main(sys.argv[1])
