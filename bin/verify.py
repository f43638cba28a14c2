"""Run everything that must hold, and say at the end what did: `bin/verify.py check`, `quick` or `test`.

A step that fails does not keep the next from running, so that one run tells all there is to mend. A step that cannot
run here (no browser, no PostgreSQL) is said loudly, and is a failure when CI is set. There it counts what lines run.
"""

import ast
import os
import re
import secrets
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import postgres

TOP = Path(__file__).resolve().parent.parent
PROGRAMS = TOP / ".venv/bin"
PYTHON = str(PROGRAMS / "python")
COVERAGE = TOP / "var/coverage"
# As in tests/browser/conftest.py, which says why this order.
BROWSERS = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
# PostgreSQL may see these otherwise than SQLite: what is written, who sees what, search, whom a likeness is looked for
# among, upgrades, and a walk over all pages with whatever somebody may type, which is made on PostgreSQL alone.
ON_POSTGRESQL = (
    "models",
    "actions",
    "access",
    "backup",
    "upgrading",
    "loaded",
    "test_access.py",
    "test_candidates.py",
    "test_constraints.py",
    "test_nasty_input.py",
    "test_search.py",
)
# But for what reads files and mails, where a database only keeps what was read: test_sheet.py, test_roster.py,
# test_records.py and the others write it.
ALIKE_ON_BOTH = {
    "test_bad_files.py",
    "test_from_when.py",
    "test_layouts.py",
    "test_limits.py",
    "test_links.py",
    "test_mails_of_the_demo.py",
    "test_namesakes.py",
    "test_materials.py",
    "test_outline.py",
    "test_side_by_side.py",
    "test_unknown_dates.py",
    "test_what_is_what.py",
    "test_whole_list.py",
}
# And the tests that say themselves that it matters: of two at once, or of one kind of database.
SAY_SO = ("tests.racing", "connection.vendor")
NASTY = "tests/security/every_page/test_nasty_input.py"
MAC_BROWSER = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
# As pytest ends, or as a run that broke off does: "=== 3 failed, 12 passed in 4.05s ===".
CLOSING_LINE = re.compile(r"=+ (.*\d+ \w+.*|no tests ran) in [\d.:]+s.* =+$")
COLOURS = re.compile(r"\x1b\[[\d;]*m")


@dataclass
class Step:
    """One command of the run. `reads_pytest` keeps pytest's closing line; `needs` is what it may not find."""

    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    reads_pytest: bool = False
    needs: str = ""
    result: str = ""
    seconds: float = 0.0
    closing_line: str = ""


def program(name: str) -> str:
    return str(PROGRAMS / name)


PYTEST = [PYTHON, "-m", "pytest", "--color=yes" if sys.stdout.isatty() else "--color=no"]
SUITE = [*PYTEST, "--ignore=tests/browser", "-n", "2"]
# All files are named, too many to show but where one cannot be read.
COLLECT = f'said=$({shlex.join(PYTEST)} --collect-only -qq) || {{ echo "$said"; exit 1; }}'
# Named, never opened: the tests make their own database. A name in memory would make the browser's server share one
# connection between threads, which SQLite does not survive.
ON_SQLITE = {"DATABASE_URL": f"sqlite:///{TOP}/var/trefoil.sqlite3"}


def checks() -> Iterator[Step]:
    """Give the steps that run no test."""
    templates = [str(path) for path in sorted(TOP.glob("templates/**/*.html"))]
    no_database = {"DJANGO_SETTINGS_MODULE": "config.test_settings", "DATABASE_URL": "sqlite://:memory:"}
    # Django's own advice for production, with secrets that pass as real ones.
    production = {
        "DEBUG": "0",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "ALLOWED_HOSTS": "trefoil.example",
        "DATABASE_URL": "sqlite://:memory:",
    }
    # The longest first: see `run_side_by_side`. The second keeps what pytest makes of the asserts of 500 files, for all
    # processes of the steps that follow: in a fresh clone each of the first two would make it for itself, in 15 s.
    yield Step("types", [program("mypy")])
    yield Step("collecting tests", ["sh", "-c", COLLECT], ON_SQLITE)
    yield Step("lint", [program("ruff"), "check", "."])
    yield Step("format", [program("ruff"), "format", "--check", "."])
    yield Step("import rules", [program("lint-imports"), "--no-logo"])
    yield Step(
        "missing migrations", [PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"], no_database
    )
    yield Step(
        "Django's checks", [PYTHON, "manage.py", "check", "--deploy", "--fail-level", "WARNING"], production
    )
    yield Step("template format", [program("djade"), "--check", *templates])
    yield Step("template lint", [program("djlint"), "--lint", "--quiet", "templates"])
    yield Step(
        "locks without URLs", ["sh", "-c", "! grep -nE '[a-z]+://|--(extra-)?index' requirements/*.txt"]
    )
    yield Step("figures", [PYTHON, "bin/figures.py"])


def on_postgresql() -> list[str]:
    """Give the files of tests that run on PostgreSQL, and the tests of others that do."""
    found = []
    for path in sorted(TOP.glob("tests/**/test_*.py")):
        name = str(path.relative_to(TOP))
        if "browser" in path.parts or path.name in ALIKE_ON_BOTH:
            continue
        if not set(ON_POSTGRESQL).isdisjoint(path.relative_to(TOP).parts):
            found.append(name)
        elif any(word in (source := path.read_text()) for word in SAY_SO):
            found += [f"{name}::{test}" for test in saying_so(source)] or [name]
    return found


def saying_so(source: str) -> list[str]:
    """Give the tests that say themselves that the kind of database matters, or that they are of two at once."""
    tests = [each for each in ast.parse(source).body if isinstance(each, ast.FunctionDef)]
    words = ("transaction=True", "connection.vendor")
    return [
        test.name
        for test in tests
        if test.name.startswith("test_") and any(word in ast.unparse(test) for word in words)
    ]


def sqlite_tests() -> Iterator[Step]:
    """Give all tests without a browser, on SQLite; where CI is set, with the share of lines that run."""
    suite = [*SUITE, f"--ignore={NASTY}"]
    if not os.environ.get("CI"):
        yield Step("tests on SQLite", suite, ON_SQLITE, reads_pytest=True)
        return
    coverage = {"COVERAGE_FILE": f"{COVERAGE}/sqlite"}
    # Told by the next step, and gated there (fail_under). The few lines for PostgreSQL alone are no reason to count
    # twice.
    counted = ["--cov", "--cov-report=", "--cov-fail-under=0"]
    yield Step("tests on SQLite", [*suite, *counted], ON_SQLITE | coverage, reads_pytest=True)
    yield Step("coverage", [program("coverage"), "report"], coverage)


def other_tests(browser: str | None) -> Iterator[Step]:
    """Give what PostgreSQL may see otherwise, and the browser journeys."""
    yield Step(
        "tests on PostgreSQL",
        [PYTHON, "bin/postgres.py", *SUITE, *on_postgresql()],
        reads_pytest=True,
        needs=f"PostgreSQL {postgres.OLDEST} or newer, or the address of one in TEST_DATABASE_URL",
    )
    # The live server's threads leave their connections to the garbage collector, at any moment of any test.
    quiet = ["-W", "ignore::pytest.PytestUnraisableExceptionWarning"]
    yield Step(
        "browser journeys",
        [*PYTEST, "-m", "browser", "-n", "2", *quiet, "tests/browser"],
        # Playwright's loop makes Django think that it is asked from asynchronous code.
        {**ON_SQLITE, "DJANGO_ALLOW_ASYNC_UNSAFE": "true", "CHROMIUM": browser or ""},
        reads_pytest=True,
        needs="Chromium, or the path of one in CHROMIUM",
        result="NOT RUN" if browser is None else "",
    )


def run(step: Step) -> None:
    """Run the step, its output shown as it comes, and note how it went."""
    print(f"\n── {step.name} ──", flush=True)
    began = time.monotonic()
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", **step.environment}
    output = subprocess.PIPE if step.reads_pytest else None
    with subprocess.Popen(step.command, cwd=TOP, env=environment, stdout=output, text=True) as child:
        try:
            for line in child.stdout or ():
                print(line, end="", flush=True)
                if CLOSING_LINE.match(plain := COLOURS.sub("", line).strip()):
                    step.closing_line = plain
            code = child.wait()
        except KeyboardInterrupt:
            # The child has been told by the terminal too, and has things to stop and to remove.
            child.wait()
            raise
        except SystemExit:
            child.terminate()
            raise
    step.seconds = time.monotonic() - began
    if code == postgres.UNAVAILABLE:
        step.result = "NOT RUN"
    elif code or (step.reads_pytest and not step.closing_line):
        step.result = "FAILED"
    else:
        step.result = "ok"


def run_side_by_side(steps: list[Step]) -> None:
    """Run two at a time and show what each said, in order: the types alone take longer than all other checks."""

    def said_by(step: Step) -> str:
        began = time.monotonic()
        done = subprocess.run(
            step.command,
            cwd=TOP,
            env=os.environ | step.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        step.seconds = time.monotonic() - began
        step.result = "FAILED" if done.returncode else "ok"
        return done.stdout

    with ThreadPoolExecutor(2) as pool:
        for step, said in zip(steps, pool.map(said_by, steps), strict=True):
            print(f"\n── {step.name} ──\n{said}", end="", flush=True)


def find_browser() -> str | None:
    """Return a Chromium's path, "" for the one Playwright keeps for itself, None when there is none to be had."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if found:
        return found
    if Path(MAC_BROWSER).exists():
        return MAC_BROWSER
    return None


def install_what_is_missing() -> str | None:
    """Bring a browser without windows, and a PostgreSQL server, if the machine lets us; return the browser."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        if not (os.environ.get("CHROMIUM") or shutil.which(BROWSERS[0])):
            install_packages("chromium-headless-shell", "fonts-liberation")
        if find_browser() is None:
            install_packages("chromium", "fonts-liberation")
        if postgres.server_binaries() is None and "TEST_DATABASE_URL" not in os.environ:
            install_packages("postgresql")
    browser = find_browser()
    if (
        browser is None
        and subprocess.run([program("playwright"), "install", "chromium"], check=False).returncode == 0
    ):
        browser = ""
    return browser


def install_packages(*packages: str) -> None:
    print(f"Installing {', '.join(packages)} from the system's packages …", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update"], ["install", "--yes", "--no-install-recommends", *packages]):
        subprocess.run(["apt-get", "-qq", *words], env=environment, stdout=subprocess.DEVNULL, check=False)


def summarise(steps: list[Step]) -> bool:
    """Print the table, what could not run, and pytest's own closing lines; return whether all is well."""
    print(f"\n{'step':24}{'result':10}seconds")
    for step in steps:
        print(f"{step.name:24}{step.result:10}{step.seconds:7.1f}")
    bad = {"FAILED", "NOT RUN"} if os.environ.get("CI") else {"FAILED"}
    for step in steps:
        if step.result == "NOT RUN":
            print(f"\n!!! NOT RUN: {step.name}. It needs {step.needs}.")
            if os.environ.get("CI"):
                print("!!! CI is set, so this is a failure.")
    closing_lines = [(step.name, step.closing_line) for step in steps if step.closing_line]
    if closing_lines:
        print()
    for name, line in closing_lines:
        print(f"{name}:\n{line}")
    return not any(step.result in bad for step in steps)


def main() -> int:
    os.chdir(TOP)
    # Images for CI ask Python to keep nothing it has compiled. A run starts some thirty processes, and each would
    # compile application and tests anew: 8 s of CPU for one that collects the tests.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    postgres.clean_up_when_ended()
    what = sys.argv[1:]
    if what not in (["check"], ["quick"], ["test"]):
        raise SystemExit(__doc__)
    steps = fast = list(checks())
    if what != ["check"]:
        shutil.rmtree(COVERAGE, ignore_errors=True)
        COVERAGE.mkdir(parents=True)
        steps = [*steps, *sqlite_tests()]
    if what == ["test"]:
        steps = [*steps, *other_tests(install_what_is_missing())]
    try:
        run_side_by_side(fast)
        for step in steps:
            if not step.result:
                run(step)
    except KeyboardInterrupt:
        print("\nStopped.")
        return 130
    return 0 if summarise(steps) else 1


if __name__ == "__main__":
    sys.exit(main())
