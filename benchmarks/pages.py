"""Measure what pages cost in installations of 30, 3,000 and 30,000 learners: `make bench-pages`, `make bench-quick`.

Each size is measured on SQLite and, where there is a server, on PostgreSQL, in a process and a database of its own that
`benchmarks.learners` fills. The figures go into `benchmarks/results.json`. `--quick` measures the two smaller sizes on
SQLite, writes nothing, and fails when a page calls a twentieth more functions than its kept number in
`benchmarks/kept.json`. `--record` keeps the numbers. docs/performance.md says how to read the figures.
"""

import json
import logging
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
RESULTS, KEPT = HERE / "results.json", HERE / "kept.json"
SIZES, QUICK_SIZES = (30, 3_000, 30_000), (30, 3_000)
# Seconds a page, more or less.
SECONDS, QUICK_SECONDS = 4.0, 1.0
# A page fails when it calls more functions than its kept number by this factor.
TOLERANCE = 1.05
# A day in the middle of a cohort: what a page shows depends on the day of the week.
NOW = datetime(2026, 9, 16, 10, tzinfo=UTC)
NO_SERVER = os.EX_UNAVAILABLE

DATABASES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}

type RunFigures = dict[str, Any]


def main(arguments: Sequence[str]) -> int:
    parser = ArgumentParser(prog="benchmarks.pages", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="30 and 3,000 learners on SQLite, against the kept numbers"
    )
    parser.add_argument("--record", action="store_true", help="keep the numbers of calls that were counted")
    parser.add_argument(
        "--tables", action="store_true", help="print the results as docs/performance.md has them"
    )
    parser.add_argument("--only", type=int, help="one size, on the database of DATABASE_URL, which is empty")
    parser.add_argument("--into", type=Path, help="with --only: the file for the figures")
    options = parser.parse_args(arguments)
    if options.tables:
        print(tables(json.loads(RESULTS.read_text())))
        return 0
    if options.only:
        return measure_one(options.only, options.into, QUICK_SECONDS if options.quick else SECONDS)
    runs = list(_runs(is_quick=options.quick))
    if options.record:
        KEPT.write_text(
            json.dumps({str(run["learners"]): calls(run) for run in runs if is_kept(run)}, indent=1) + "\n"
        )
    if not options.quick:
        RESULTS.write_text(json.dumps(_about() | {"runs": runs}, indent=1) + "\n")
    heavy = [line for run in runs if is_kept(run) for line in too_heavy(run, kept_calls(run["learners"]))]
    print("\n".join(heavy) or "Every page keeps to its number of calls.")
    return int(bool(heavy) and options.quick)


def kept_calls(learners: int) -> dict[str, int]:
    """Return the kept number of calls of each page, none for a size that is not kept."""
    kept: dict[str, dict[str, int]] = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    return kept.get(str(learners), {})


def calls(run: RunFigures) -> dict[str, int]:
    return {name: page["calls"] for name, page in run["pages"].items()}


def is_kept(run: RunFigures) -> bool:
    return run["database"] == "sqlite" and run["learners"] in QUICK_SIZES


def too_heavy(run: RunFigures, kept: Mapping[str, int]) -> Iterator[str]:
    """Say which pages call a twentieth more functions than they did."""
    for name, count in calls(run).items():
        if name not in kept:
            yield f"{name}: no number is kept for {run['learners']:,} learners."
        elif count > kept[name] * TOLERANCE:
            yield f"{name}: {count:,} calls with {run['learners']:,} learners, and {kept[name]:,} are kept."


def print_run(run: RunFigures) -> None:
    print(
        f"\n{run['learners']:,} learners on {run['database']}, made in {run['seconds_to_make']} s"
        f"\n{'':24}queries    calls     kept   CPU ms  wall ms       kB  compressed"
    )
    kept = kept_calls(run["learners"]) if is_kept(run) else {}
    for name, page in run["pages"].items():
        print(
            f"{name:24}{page['queries']:7}{page['calls']:9}{kept.get(name, '–'):>9}{page['cpu_ms']:9}"
            f"{page['wall_ms']:9}{page['kb']:9}{page['kb_compressed']:12}"
        )


def tables(results: dict[str, Any]) -> str:
    """The figures as docs/performance.md shows them: a table a database."""
    return "\n\n".join(_table(database, results["runs"]) for database in DATABASES)


def _table(database: str, runs: list[RunFigures]) -> str:
    own = [run for run in runs if run["database"] == database]
    sizes = [f"{run['learners']:,}" for run in own]
    lines = [
        f"| {DATABASES[database]} | queries | {' | '.join(f'{size}: calls, CPU ms' for size in sizes)} |"
        f" {' | '.join(f'{size}: kB, compressed' for size in sizes)} |",
        f"| --- {'| ---: ' * (1 + 2 * len(own))}|",
    ]
    for name in own[0]["pages"]:
        # A page that is newer than a run is not in it.
        pages = [run["pages"].get(name) for run in own]
        costs = " | ".join(f"{page['calls']:,}, {page['cpu_ms']:,.0f}" if page else "–" for page in pages)
        sent = " | ".join(
            f"{page['kb']:,.0f}, {page['kb_compressed']:,.0f}" if page else "–" for page in pages
        )
        queries = " to ".join(map(str, sorted({page["queries"] for page in pages if page})))
        lines.append(f"| {name} | {queries} | {costs} | {sent} |")
    return "\n".join(lines)


def _runs(*, is_quick: bool) -> Iterator[RunFigures]:
    sizes = QUICK_SIZES if is_quick else SIZES
    with tempfile.TemporaryDirectory() as folder:
        empty, figures = Path(folder) / "empty.sqlite3", Path(folder) / "figures.json"
        # Migrations take longer than small sizes; the empty database is made once.
        _start(["manage.py", "migrate", "--verbosity=0"], empty)
        for size in sizes:
            file = Path(shutil.copy(empty, Path(folder) / f"{size}.sqlite3"))
            command = ["-m", "benchmarks.pages", f"--only={size}", f"--into={figures}"]
            _start([*command, "--quick"] if is_quick else command, file)
            yield _printed(figures)
            file.unlink()
        for size in () if is_quick else sizes:
            command = ["-m", "benchmarks.pages", f"--only={size}", f"--into={figures}"]
            if _start(["bin/postgres.py", sys.executable, *command], empty) == NO_SERVER:
                return
            yield _printed(figures)


def _printed(figures: Path) -> RunFigures:
    run: RunFigures = json.loads(figures.read_text())
    print_run(run)
    return run


def _start(command: list[str], database: Path) -> int:
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{database}",
        "DJANGO_SETTINGS_MODULE": "config.test_settings",
    }
    code = subprocess.run(  # noqa: S603
        [sys.executable, *command], cwd=HERE.parent, env=environment, check=False
    ).returncode
    if code not in (0, NO_SERVER):
        raise SystemExit(code)
    return code


def silence_log() -> None:
    """Have each line made, which is a part of what a page costs, and shown to nobody: the table is what is read."""
    nowhere = Path(os.devnull).open("w")  # noqa: SIM115 - until the process ends
    for handler in logging.getLogger().handlers:
        if isinstance(handler, logging.StreamHandler):
            handler.setStream(nowhere)


def measure_one(learners: int, into: Path, seconds: float) -> int:
    """Make an installation of that size in the database, measure its pages, and write the figures into a file."""
    import django

    django.setup()
    silence_log()
    import time_machine
    from django.core.management import call_command
    from django.db import connection
    from django.test import override_settings

    from benchmarks.cost import Browser, as_published
    from benchmarks.learners import do_background_work, seed
    from benchmarks.measured_pages import FLOOR, PAGES
    from benchmarks.straight import written_straight

    call_command("migrate", verbosity=0)
    began = time.perf_counter()
    with time_machine.travel(NOW), as_published(), override_settings(ROOT_URLCONF="benchmarks.floor"):
        with written_straight():
            installation = seed(learners, NOW)
        do_background_work(NOW)
        run: RunFigures = {
            "database": connection.vendor,
            "learners": learners,
            "seconds_to_make": round(time.perf_counter() - began),
            "version": _version(connection),
            "pages": {},
        }
        browser = Browser(installation)
        for page in (FLOOR, *PAGES):
            cost = browser.cost(page, seconds)
            run["pages"][page.name] = {
                "queries": cost.weight.queries,
                "calls": cost.weight.calls,
                "cpu_ms": round(cost.cpu, 1),
                "wall_ms": round(cost.wall, 1),
                "kb": cost.weight.kilobytes,
                "kb_compressed": cost.weight.kilobytes_compressed,
            }
    into.write_text(json.dumps(run))
    return 0


def _version(connection: Any) -> str:
    if connection.vendor == "postgresql":
        return ".".join(map(str, divmod(connection.pg_version, 10_000)))
    return ".".join(map(str, connection.Database.sqlite_version_info))


def _about() -> dict[str, Any]:
    """The machine, the versions and the day, and nothing that names whose machine it is."""
    import django

    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": {
            "processor": _processor(),
            "cores": os.cpu_count(),
            "memory_gb": round(pages * size / 1024**3),
        },
        "versions": {"python": platform.python_version(), "django": django.get_version()},
    }


def _processor() -> str:
    known = Path("/proc/cpuinfo")
    lines = known.read_text().splitlines() if known.exists() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or platform.machine())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
