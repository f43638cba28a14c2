"""Measure Monday's digests: how long the worker takes to make and send them, and what memory it needs.

    DATABASE_URL=sqlite:///var/digests.sqlite3 python -m benchmarks.digests --learners 30000 --mails 10000

The database is empty but migrated. `benchmarks.learners` fills it; then the worker's job sends in processes of its
own, one a core, to a mail server of the tests in another one. At most five minutes for 10,000 people on two cores, with
flat memory, is the aim.
"""

import argparse
import os
import resource
import time
from datetime import UTC, datetime, timedelta
from multiprocessing import Process, Queue, get_context
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from people.models import Message

# Seconds between two lines about how far it is.
_LINE = 30.0


def serve(ports: "Queue[int]") -> None:
    from tests.mail_server import MailServer

    server = MailServer()
    ports.put(server.port)
    server.serve_forever()


def measure(learners: int, most: int, workers: int) -> None:
    from benchmarks.learners import seed
    from people.models import Message, User
    from telling.actions.mornings import begin_mornings

    today = datetime.now(UTC).replace(hour=10, minute=0, second=0, microsecond=0)
    monday = today - timedelta(days=today.weekday())
    seed(learners, monday)
    User.objects.update(last_login=monday)
    began = time.monotonic()
    begin_mornings(monday)
    made = Message.objects.count()
    print(f"{made:,} messages made in {time.monotonic() - began:.0f} s, {peak()} MB", flush=True)
    kept = Message.objects.filter(kind="digest").order_by("pk").values("pk")[:most]
    Message.objects.exclude(pk__in=list(kept.values_list("pk", flat=True))).delete()
    began = time.monotonic()
    # Not forks: each has a connection, and memory, of its own.
    senders = [get_context("spawn").Process(target=send, args=(monday,)) for _ in range(workers)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    took = time.monotonic() - began
    print(f"{sent(Message):,} of {Message.objects.count():,} sent in {took:.0f} s by {workers} workers")
    print(f"load average {os.getloadavg()[0]:.1f}")


def send(monday: datetime) -> None:
    """Do what a worker does until nothing is due."""
    import django

    django.setup()
    from people.models import Message
    from telling.actions.sending import send_due

    began = said = time.monotonic()
    while send_due(monday):
        if time.monotonic() - said > _LINE:
            said = time.monotonic()
            print(f"{sent(Message):,} sent after {said - began:.0f} s, {peak()} MB", flush=True)
    print(f"nothing is due after {time.monotonic() - began:.0f} s, {peak()} MB", flush=True)


def sent(messages: "type[Message]") -> int:
    return messages.objects.filter(state="sent").count()


def peak() -> int:
    """The most memory that this process needed so far, in MB; not that of the one which started it, as rusage says."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return int(status.read_text().partition("VmHWM:")[2].split()[0]) // 1024


def main() -> None:
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--learners", type=int, default=3_000)
    arguments.add_argument(
        "--mails", type=int, default=10_000, help="stop after this many messages were made"
    )
    arguments.add_argument("--workers", type=int, default=2)
    options = arguments.parse_args()
    ports: Queue[int] = Queue()
    server = Process(target=serve, args=(ports,), daemon=True)
    server.start()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.update(DEBUG="1", EMAIL_URL=f"smtp://127.0.0.1:{ports.get()}")

    import django

    django.setup()
    measure(options.learners, options.mails, options.workers)
    server.terminate()


if __name__ == "__main__":
    main()
