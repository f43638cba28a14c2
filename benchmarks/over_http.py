"""Ask for a page over HTTP, of gunicorn as bin/serve starts it, with one connection and with eight.

`make bench-http` runs it on SQLite and, where there is a server, on PostgreSQL. It makes an installation of 3,000
learners (LEARNERS) in the empty database of DATABASE_URL, and asks for the dashboard of a mentor of three groups, or
for another page by its name (PAGE), for ten seconds each (SECONDS). The client takes a part of the processor too.
"""

import http.client
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from statistics import median

PORT = int(os.environ.get("PORT", "8099"))
SECONDS = float(os.environ.get("SECONDS", "10"))
PAGE = os.environ.get("PAGE", "my groups, three")
CONNECTIONS = (1, 8)
ENVIRONMENT = {
    "DEBUG": "0",
    "HTTPS": "0",
    "ALLOWED_HOSTS": "127.0.0.1",
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz-0123456789-of-a-benchmark",
    "DJANGO_SETTINGS_MODULE": "config.settings",
    "PORT": str(PORT),
}


def main() -> int:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    url, cookie = prepared()
    database = connection.vendor
    connection.close()
    gunicorn = [sys.executable, "-m", "gunicorn", "--access-logfile=/dev/null", "config.wsgi:application"]
    server = subprocess.Popen(gunicorn)  # noqa: S603
    try:
        wait_for_server()
        for _ in range(20):
            ask(url, cookie)
        for connections in CONNECTIONS:
            before = processor_time(server.pid)
            times, seconds = asked(url, cookie, connections)
            spent = (processor_time(server.pid) - before) / len(times)
            print(
                f"{PAGE} on {database}, {connections} at a time: {median(times) * 1_000:.0f} ms a page,"
                f" {len(times) / seconds:.0f} a second; {spent * 1_000:.1f} ms of a worker's processor time"
                f" (load {os.getloadavg()[0]:.1f})",
                flush=True,
            )
    finally:
        server.terminate()
        server.wait()
    return 0


def prepared() -> tuple[str, str]:
    """Make the installation. Return the address of the page and the cookie of its reader."""
    from django.test import Client
    from django.utils import timezone

    from benchmarks.learners import seed
    from benchmarks.measured_pages import PAGES
    from benchmarks.straight import written_straight

    with written_straight():
        installation = seed(int(os.environ.get("LEARNERS", "3000")), timezone.now())
    page = next(page for page in PAGES if page.name == PAGE)
    client = Client()
    client.force_login(getattr(installation, page.reader))
    return page.url(installation), f"sessionid={client.cookies['sessionid'].value}"


def wait_for_server() -> None:
    for _ in range(100):
        try:
            return ask("/healthz", "")
        except OSError:
            time.sleep(0.1)
    raise SystemExit("gunicorn does not answer.")


def ask(url: str, cookie: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", PORT)
    connection.request("GET", url, headers={"Cookie": cookie})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    if answer.status != 200:
        raise SystemExit(f"{url} answers {answer.status}")


def processor_time(pid: int) -> float:
    """Seconds that the workers have worked, as Linux counts them; 0 elsewhere."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    if not children.exists():
        return 0.0
    counted = (Path(f"/proc/{child}/schedstat").read_text() for child in children.read_text().split())
    return sum(int(each.split()[0]) for each in counted) / 1e9


def asked(url: str, cookie: str, connections: int) -> tuple[list[float], float]:
    """Return the seconds of each page, and of all together."""
    times: list[float] = []
    began = time.perf_counter()

    def work() -> None:
        while (at := time.perf_counter()) < began + SECONDS:
            ask(url, cookie)
            times.append(time.perf_counter() - at)

    threads = [threading.Thread(target=work) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times, time.perf_counter() - began


if __name__ == "__main__":
    os.environ |= ENVIRONMENT
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("DATABASE_URL", f"sqlite:///{Path(folder) / 'http.sqlite3'}")
        sys.exit(main())
