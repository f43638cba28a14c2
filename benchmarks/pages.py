"""Measure what pages cost in installations of 30, 3,000 and 30,000 learners: `make bench-pages`, `make bench-quick`.

Each size is measured on SQLite and, where there is a server, on PostgreSQL, in a process and a database of its own that
`benchmarks.learners` fills. The figures go into `benchmarks/results.json`. `--quick` measures the two smaller sizes on
SQLite, writes nothing, and fails when a page costs half as much again as its bound in `benchmarks/bounds.json`.
`--record` writes the bounds. docs/performance.md says how to read the figures.
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
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
RESULTS, BOUNDS = HERE / "results.json", HERE / "bounds.json"
SIZES, QUICK_SIZES = (30, 3_000, 30_000), (30, 3_000)
# Seconds a page, more or less.
SECONDS, QUICK_SECONDS = 4.0, 1.5
# A page fails when its ratio is larger than its bound by this factor.
TOLERANCE = 1.5
NO_SERVER = os.EX_UNAVAILABLE

DATABASES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}

type RunFigures = dict[str, Any]


def main(arguments: Sequence[str]) -> int:
    parser = ArgumentParser(prog="benchmarks.pages", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="30 and 3,000 learners on SQLite, against the bounds"
    )
    parser.add_argument("--record", action="store_true", help="write what was measured as the bounds")
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
    runs = []
    bounds = read_bounds()
    for run in _runs(is_quick=options.quick):
        add_bounds(run, {} if options.record else bounds)
        print_run(run)
        runs.append(run)
        if options.record:
            bounds.setdefault(run["database"], {})[str(run["learners"])] = ratios(run)
    if options.record:
        BOUNDS.write_text(json.dumps(bounds, indent=1) + "\n")
        for run in runs:
            add_bounds(run, bounds)
    if not options.quick:
        RESULTS.write_text(json.dumps(_about() | {"runs": runs}, indent=1) + "\n")
    heavy = [line for run in runs for line in too_heavy(run)]
    print("\n".join(heavy) or "Every page keeps to its bound.")
    return int(bool(heavy) and options.quick)


def read_bounds() -> dict[str, Any]:
    return json.loads(BOUNDS.read_text()) if BOUNDS.exists() else {}


def ratios(run: RunFigures) -> dict[str, float]:
    return {name: round(page["ratio"], 1) for name, page in run["pages"].items()}


def add_bounds(run: RunFigures, bounds: dict[str, Any]) -> None:
    """Write beside each page the ratio that it may have, None where none was recorded."""
    own = bounds.get(run["database"], {}).get(str(run["learners"]), {})
    for name, page in run["pages"].items():
        page["bound"] = own.get(name)


def too_heavy(run: RunFigures) -> Iterator[str]:
    """Say which pages cost half as much again as they may."""
    for name, page in run["pages"].items():
        bound = page["bound"]
        if bound is None:
            yield f"{name}: no bound is recorded for {run['learners']:,} learners on {run['database']}."
        elif page["ratio"] > bound * TOLERANCE:
            yield (
                f"{name}: {page['ratio']:.1f} × the floor with {run['learners']:,} learners on {run['database']},"
                f" and its bound is {bound}."
            )


def print_run(run: RunFigures) -> None:
    print(
        f"\n{run['learners']:,} learners on {run['database']}, made in {run['seconds_to_make']} s;"
        f" the floor takes {run['floor_ms']} ms"
    )
    print(f"{'':24}queries   CPU ms  × floor   bound  wall ms       kB  compressed")
    for name, page in run["pages"].items():
        bound = "–" if page["bound"] is None else page["bound"]
        print(
            f"{name:24}{page['queries']:7}{page['cpu_ms']:9}{page['ratio']:9}{bound:>8}{page['wall_ms']:9}"
            f"{page['kb']:9}{page['kb_compressed']:12}"
        )


def tables(results: dict[str, Any]) -> str:
    """The figures as docs/performance.md shows them: a table a database, without what changes from minute to minute."""
    return "\n\n".join(_table(database, results["runs"]) for database in DATABASES)


def _table(database: str, runs: list[RunFigures]) -> str:
    own = [run for run in runs if run["database"] == database]
    sizes = [f"{run['learners']:,}" for run in own]
    lines = [
        f"| {DATABASES[database]} | queries | {' | '.join(f'{size}: CPU ms, × floor' for size in sizes)} |"
        f" {' | '.join(f'{size}: kB, compressed' for size in sizes)} |",
        f"| --- {'| ---: ' * (1 + 2 * len(own))}|",
        f"| *floor* | | {' | '.join(f'{run["floor_ms"]:.1f}, 1' for run in own)} {'| ' * len(own)}|",
    ]
    for name in own[0]["pages"]:
        # A page that is newer than a run is not in it.
        pages = [run["pages"].get(name) for run in own]
        costs = " | ".join(f"{page['cpu_ms']:,.0f}, {page['ratio']:.1f}" if page else "–" for page in pages)
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
            yield json.loads(figures.read_text())
            file.unlink()
        for size in () if is_quick else sizes:
            command = ["-m", "benchmarks.pages", f"--only={size}", f"--into={figures}"]
            if _start(["bin/postgres.py", sys.executable, *command], empty) == NO_SERVER:
                return
            yield json.loads(figures.read_text())


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
    from django.core.management import call_command
    from django.db import connection
    from django.test import override_settings
    from django.utils import timezone

    from benchmarks.cost import Browser
    from benchmarks.learners import seed
    from benchmarks.measured_pages import FLOOR, PAGES
    from benchmarks.straight import written_straight
    from tracker.snapshots import take_due_snapshots
    from trends.actions.summaries import sum_up_large_courses

    call_command("migrate", verbosity=0)
    began = time.monotonic()
    with written_straight():
        installation = seed(learners, timezone.now())
    # As the background process does.
    take_due_snapshots(timezone.now())
    sum_up_large_courses(timezone.now())
    run: RunFigures = {
        "database": connection.vendor,
        "learners": learners,
        "seconds_to_make": round(time.monotonic() - began),
        "version": _version(connection),
        "pages": {},
    }
    bounds = read_bounds().get(connection.vendor, {}).get(str(learners), {})
    with override_settings(ROOT_URLCONF="benchmarks.floor"):
        browser = Browser(installation)
        run["floor_ms"] = round(browser.cost(FLOOR, seconds).cpu, 1)
        for page in PAGES:
            cost = browser.cost(page, seconds)
            if cost.ratio > bounds.get(page.name, 0) * TOLERANCE:
                # Another program may have been in the way; who is slow is slow twice.
                cost = min(cost, browser.cost(page, seconds), key=lambda each: each.ratio)
            run["pages"][page.name] = {
                "queries": cost.weight.queries,
                "cpu_ms": round(cost.cpu, 1),
                "ratio": round(cost.ratio, 1),
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
