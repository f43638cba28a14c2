"""Two web machines and two workers on one PostgreSQL behind PgBouncer, under load, while one of each is killed.

    python bin/postgres.py .venv/bin/python -m benchmarks.machines

Eight people sign in anew, each time, and open their week, by way of both machines; meanwhile the workers send mails.
Needs the program pgbouncer. At the end no session that was acknowledged may be lost, and no mail sent twice but the
one that the killed worker had under way.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import environ

from benchmarks.restarts import Asking, ask_django, free_port, lost, set_up, start, wait_for_answer
from tests.mail_server import MailServer, mail_server

SECONDS, MAILS = 90, 1500
# How long a mail that a killed worker had in hand waits for another one, and a little more.
LONGEST = 400
# Transactions share these; each process of Trefoil has a connection to PgBouncer.
POOL = 6
CONFIGURATION = """[databases]
* = host={host} port={port} user={user}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {listens}
auth_type = any
pool_mode = transaction
default_pool_size = {pool}
logfile = {folder}/log
unix_socket_dir =
"""
QUEUE = """
from django.utils import timezone
from people.models import User
from people.outbox import mail_account
for n in range({mails}):
    mail_account(person=None, address=f"{{n}}@example.com", subject="Something", body=str(n), at=timezone.now())
"""
WAITING = """
from people.models import Message
print(Message.objects.waiting().count())
"""
STATES = """
from collections import Counter
from people.models import Message
print(dict(Counter(Message.objects.filter(kind="account").values_list("state", flat=True))))
"""


@contextmanager
def pgbouncer(url: str) -> Iterator[str]:
    """Give the URL of the database behind a PgBouncer of its own."""
    to = environ.Env.db_url_config(url)
    listens = free_port()
    folder = Path(tempfile.mkdtemp(prefix="trefoil-pgbouncer-", dir="/tmp"))
    folder.chmod(0o777)
    file = folder / "pgbouncer.ini"
    file.write_text(
        CONFIGURATION.format(
            host=to["HOST"],
            port=to["PORT"] or 5432,
            user=to["USER"],
            listens=listens,
            pool=POOL,
            folder=folder,
        )
    )
    # Nobody else may enter the folder of the server's socket, and PgBouncer refuses root.
    account = [f"--user={Path(to['HOST']).owner()}"] if os.geteuid() == 0 else []
    process = subprocess.Popen(["pgbouncer", "--quiet", *account, file])
    try:
        yield f"postgres://{to['USER']}@127.0.0.1:{listens}/{to['NAME']}"
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(folder)


def child_of(process: subprocess.Popen[bytes]) -> int:
    said = subprocess.run(["pgrep", "-P", str(process.pid)], stdout=subprocess.PIPE, text=True, check=True)
    return int(said.stdout.split()[0])


def play(folder: Path, ports: tuple[int, int], mails: MailServer) -> None:
    webs = [start(folder, "web", PORT=str(port)) for port in ports]
    workers = [start(folder, "worker") for _ in ports]
    try:
        for port in ports:
            wait_for_answer(port)
        ask_django(folder, QUEUE.format(mails=MAILS))
        began = time.monotonic()
        with Asking(*ports) as asking:
            time.sleep(SECONDS / 3)
            print(f"after {SECONDS / 3:.0f} s, kill a worker: {len(mails.mails)} mails are sent")
            os.kill(child_of(workers[0]), signal.SIGKILL)
            time.sleep(SECONDS / 3)
            print("kill a web machine")
            gunicorn = child_of(webs[0])
            for pid in (webs[0].pid, gunicorn):
                os.kill(pid, signal.SIGKILL)
            subprocess.run(["pkill", "-KILL", "-P", str(gunicorn)], check=False)
            time.sleep(SECONDS / 3)
        seconds = time.monotonic() - began
        count = len(asking.waits)
        waits = sorted(asking.waits)
        print(f"{dict(sorted(asking.answers.items()))}; {2 * count / seconds:.0f} requests a second")
        print(f"two requests took {waits[count // 2]:.2f} s, 1 % took {waits[-count // 100]:.2f} s or more")
        print(f"{len(asking.sessions)} sessions acknowledged, {lost(folder, asking.sessions)} of them lost")
        # Until none waits or is under way: one may have come whose worker was killed before it could say so.
        while int(ask_django(folder, WAITING)) and time.monotonic() < began + LONGEST:
            time.sleep(1)
        times = Counter(str(mail["Message-ID"]) for mail in mails.mails)
        print(f"{len(times)} of {MAILS} mails, {sum(n > 1 for n in times.values())} of them twice;", end=" ")
        print(ask_django(folder, STATES).strip())
    finally:
        for process in (*webs, *workers):
            process.send_signal(signal.SIGTERM)
            process.wait()


def main() -> None:
    with ExitStack() as stack:
        url = stack.enter_context(pgbouncer(direct := os.environ["DATABASE_URL"]))
        mails = stack.enter_context(mail_server())
        mails.delay = 0.1
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "trefoil"
        ports = (free_port(), free_port())
        os.environ |= {"DATABASE_URL": url, "DATABASE_DIRECT_URL": direct}
        mail = f"EMAIL_URL=smtp://127.0.0.1:{mails.port}\nDEFAULT_FROM_EMAIL=trefoil@localhost\n"
        set_up(folder, ports[0], mail)
        play(folder, ports, mails)


if __name__ == "__main__":
    main()
