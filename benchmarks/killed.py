"""Kill the worker, the web server and PostgreSQL in the middle of many events: is each told, and none twice?

`make bench-kill` plays it on SQLite and, where there is a server, on PostgreSQL, in the empty database of DATABASE_URL.

1. EVENTS students (2,000) ask for help over HTTP, four at a time. What is not acknowledged is sent again, as a person
   clicks again. Meanwhile each process is killed by SIGKILL, KILLS times (5), and started again; PostgreSQL with all
   its children. The mails arrive at a real mail server, and are compared with who asked.
2. PAGES students (100) each open their week and ask for help while the mail server answers, is away, and takes ten
   seconds for a mail while it refuses one address: how long do pages take, and what becomes of the mails?
3. The mail server is away for an hour, on a clock that is set forward: what becomes of another EVENTS mails?

It waits for as long as the worker does before it sends again what a killed one had under way: five minutes. HURRY=1
sets that clock forward too. PARTS=13 leaves the second part out.
"""

import http.client
import os
import queue
import shlex
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlencode

from benchmarks.over_http import ENVIRONMENT, PORT, processor_time
from tests.mail_server import MailServer, mail_server

if TYPE_CHECKING:
    from courses.models import Milestone

EVENTS = int(os.environ.get("EVENTS", "2000"))
KILLS = int(os.environ.get("KILLS", "5"))
PAGES = int(os.environ.get("PAGES", "100"))
PARTS = os.environ.get("PARTS", "123")
HURRY = os.environ.get("HURRY") == "1"
AT_ONCE = 4
SLOW = 10.0
_HOUR = 3_600
# Pages that are asked for before times are taken: a process reads templates once.
_WARM = 20
_CSRF = "0123456789abcdef0123456789abcdef"
_GROUP, _GROUPS_OF_A_MENTOR = 3, 10


@dataclass(frozen=True, slots=True)
class Asker:
    """A student who asks for help, and whom that reaches."""

    name: str
    enrolment: int
    group: int
    mentor: str
    cookie: str

    def subject(self, milestone: "Milestone") -> str:
        return f"{self.name} needs help with {milestone}"


@dataclass(frozen=True, slots=True)
class Told:
    """What became of what was to be told.

    `lost` was never told; `twice` was told under another Message-ID; `again` came once more under the same one.
    """

    told: int
    again: int
    lost: list[str]
    twice: list[str]

    def __str__(self) -> str:
        return (
            f"{self.told:,} told, {self.again} sent again under the same Message-ID,"
            f" {len(self.lost)} lost, {len(self.twice)} twice"
        )


def tally(subjects: Collection[str], mails: Iterable[EmailMessage]) -> Told:
    """Compare the mails that arrived with the subjects of those that should. Each subject stands for one event."""
    ids: dict[str, Counter[str]] = {subject: Counter() for subject in subjects}
    for mail in mails:
        if mail["Subject"] in ids:
            ids[mail["Subject"]][mail["Message-ID"]] += 1
    return Told(
        told=sum(bool(of) for of in ids.values()),
        again=sum(of.total() - len(of) for of in ids.values()),
        lost=[subject for subject, of in ids.items() if not of],
        twice=[subject for subject, of in ids.items() if len(of) > 1],
    )


class Killable(Protocol):
    name: str

    def start(self) -> None: ...

    def kill(self) -> None: ...


@dataclass
class Program:
    """A process of Trefoil, with the processes that it starts."""

    name: str
    command: list[str]
    is_ready: Callable[[], bool] = lambda: True
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(self.command, start_new_session=True, stderr=_log())  # noqa: S603
        wait_until(self.is_ready, f"{self.name} to answer")

    def kill(self) -> None:
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def processor_time(self) -> float:
        return processor_time(self.process.pid) if self.process else 0.0


@dataclass
class Postgres:
    """The server behind DATABASE_URL, whose folder is that of its socket: see bin/postgres.py."""

    folder: Path
    name: str = "PostgreSQL"
    # Ours since its first start again.
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def kill(self) -> None:
        pid = int((self.folder / "data/postmaster.pid").read_text().split()[0])
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        # The postmaster first: it would start anew what is missed.
        for each in (pid, *map(int, children)):
            os.kill(each, signal.SIGKILL)
        if self.process is not None:
            self.process.wait()
        wait_until(lambda: not any(Path(f"/proc/{child}").exists() for child in children), "children to end")

    def start(self) -> None:
        """As it was started before, by the user whose folder it is; it recovers what was committed."""
        owner = self.folder.stat() if os.geteuid() == 0 else None
        self.process = subprocess.Popen(  # noqa: S603
            shlex.split((self.folder / "data/postmaster.opts").read_text()),
            cwd=self.folder,
            user=owner.st_uid if owner else None,
            group=owner.st_gid if owner else None,
            extra_groups=[] if owner else None,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )


def wait_until(is_so: Callable[[], bool], what: str, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > until:
            raise SystemExit(f"Waited {seconds:.0f} s for {what}.")
        time.sleep(0.05)


def _log() -> int:
    return os.open(os.environ["KILLED_LOG"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)


def asked(method: str, path: str, asker: Asker, fields: dict[str, str] | None = None) -> int:
    """Send one request as this student, and return the status; 0 if there is no answer."""
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
    headers = {
        "Cookie": f"sessionid={asker.cookie}; csrftoken={_CSRF}",
        "X-CSRFToken": _CSRF,
        "Content-Type": "application/x-www-form-urlencoded",
    }
    try:
        connection.request(method, path, urlencode(fields or {}), headers)
        answer = connection.getresponse()
        answer.read()
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()
    if answer.status not in (200, 302, 500, 502, 503):
        raise SystemExit(f"{path} answers {answer.status}")
    return answer.status


def is_alive() -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=10)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def ask_for_help(asker: Asker, milestone: "Milestone") -> int:
    """Click "need help" until it is acknowledged. Return how often it was not."""
    fields = {"mark": f"{asker.enrolment}-{milestone.pk}-need_help"}
    for failures in range(1_000):
        if asked("POST", f"/groups/{asker.group}/progress/", asker, fields) == 302:
            return failures
        time.sleep(0.2)
    raise SystemExit("Nothing answers.")


def prepared(count: int) -> tuple[list[Asker], "list[Milestone]"]:
    """Make an installation in which so many students are signed in, and mentors hear of help at any hour."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.db import transaction
    from django.utils import timezone

    from people.models import MailChoice, User
    from tests.factories.courses import CohortFactory, CourseFactory, MilestoneFactory
    from tests.factories.groups import GroupFactory, MembershipFactory, MentorshipFactory, PlanItemFactory
    from tests.factories.people import UserFactory

    askers: list[Asker] = []
    with transaction.atomic():
        course = CourseFactory.create(title="LLM specialisation", slug="llm")
        milestones = [
            MilestoneFactory.create(course=course, position=n, week=n, title=title)
            for n, title in enumerate(("LLM basics", "Prompt engineering", "RAG"), start=1)
        ]
        cohort = CohortFactory.create(course=course, title="Autumn 2026", time_zone="Europe/Lisbon")
        mentor, group = User(), GroupFactory.build()
        for n in range(count):
            if n % (_GROUP * _GROUPS_OF_A_MENTOR) == 0:
                mentor = UserFactory.create(name=f"Mentor{n} Pires", email=f"mentor{n}@example.com")
                MailChoice.objects.create(person=mentor, kind="help", soon="always")
            if n % _GROUP == 0:
                group = GroupFactory.create(cohort=cohort, name=f"Group {n}")
                MentorshipFactory.create(group=group, person=mentor)
                for milestone in milestones:
                    PlanItemFactory.create(group=group, milestone=milestone, due_on=cohort.starts_on)
            person = UserFactory.create(name=f"Student{n} Sá", email=f"student{n}@example.com")
            stay = MembershipFactory.create(group=group, person=person)
            session = SessionStore()
            session[SESSION_KEY], session[BACKEND_SESSION_KEY] = (
                str(person.pk),
                settings.AUTHENTICATION_BACKENDS[0],
            )
            session[HASH_SESSION_KEY] = person.get_session_auth_hash()
            session.create()
            askers.append(
                Asker(f"Student{n}", stay.enrolment_id, group.pk, mentor.email, str(session.session_key))
            )
        User.objects.update(last_login=timezone.now())
    return askers, milestones


def play_kills(askers: list[Asker], milestone: "Milestone", killed: list[Killable], mail: MailServer) -> str:
    """Let all ask for help while everything is killed in turn; say what was told."""
    from people.models import Event, Message

    began = time.monotonic()
    left: queue.Queue[Asker] = queue.Queue()
    for asker in askers:
        left.put(asker)
    failures: list[int] = []

    def ask() -> None:
        while True:
            try:
                asker = left.get_nowait()
            except queue.Empty:
                return
            failures.append(ask_for_help(asker, milestone))

    def has_come(count: int) -> bool:
        """How many were acknowledged, and how many were told: some kills hit the last mails."""
        return len(failures) + len(mail.mails) >= count

    threads = [threading.Thread(target=ask, daemon=True) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    kills = 0
    for kill in range(KILLS * len(killed)):
        steps = 2 * len(askers) * (kill + 1) // (KILLS * len(killed) + 1)
        wait_until(partial(has_come, steps), f"{steps} events and mails", 1_800)
        one = killed[kill % len(killed)]
        one.kill()
        one.start()
        kills += 1
    for thread in threads:
        thread.join()
    took = time.monotonic() - began
    waited = wait_until_told()
    told = tally([one.subject(milestone) for one in askers], mail.mails)
    states = Counter(Message.objects.values_list("state", flat=True))
    return (
        f"{len(askers):,} events caused and acknowledged in {took:.0f} s, {sum(failures)} requests unanswered and"
        f" sent again; {kills} kills of {', '.join(one.name for one in killed)}\n"
        f"  {told}; all of it {waited:.0f} s after the last event\n"
        f"  in the database {Event.objects.filter(kind='help_needed').count():,} events, messages {dict(states)}"
    )


def wait_until_told() -> float:
    """Wait until nothing waits any longer. Return the seconds."""
    from django.db.models import F

    from people.models import Event, Message
    from telling.actions.sending import CLAIM

    began = time.monotonic()

    def is_told() -> bool:
        if HURRY:
            waiting = Message.objects.waiting()
            waiting.exclude(claimed_at=None).update(claimed_at=F("claimed_at") - CLAIM)
            waiting.filter(tries__gt=0, claimed_at=None).update(try_at=F("due_at"))
            time.sleep(1)
        return not Event.objects.filter(told_at=None).exists() and not Message.objects.waiting().exists()

    wait_until(is_told, "the last mail", 3_600)
    return time.monotonic() - began


def page_times(what: str, askers: list[Asker], milestone: "Milestone", web: Program) -> None:
    opened, marked = [], []
    before = web.processor_time()
    for asker in askers:
        began = time.perf_counter()
        asked("GET", f"/week/{asker.group}/", asker)
        opened.append(time.perf_counter() - began)
        began = time.perf_counter()
        ask_for_help(asker, milestone)
        marked.append(time.perf_counter() - began)
    spent = (web.processor_time() - before) / len(opened)
    print(
        f"mail server {what}: my week {_times(opened)}, a cry for help {_times(marked)}; both together"
        f" {spent * 1_000:.0f} ms of processor time (load {os.getloadavg()[0]:.1f})",
        flush=True,
    )


def _times(seconds: list[float]) -> str:
    return f"median {median(seconds) * 1_000:.0f} ms, p95 {quantiles(seconds, n=20)[-1] * 1_000:.0f} ms"


def play_mail_servers(mail: MailServer, askers: list[Asker], milestone: "Milestone", web: Program) -> None:
    """Measure pages while the mail server is up, away, slow; then let it take what waits."""
    from people.models import Message

    up, away, slow = (askers[n * PAGES : (n + 1) * PAGES] for n in range(3))
    port, mails = mail.port, mail.mails
    for asker in up[:_WARM]:
        asked("GET", f"/week/{asker.group}/", asker)
    page_times("up", up, milestone, web)
    wait_until_told()
    mail.shutdown()
    mail.server_close()
    page_times("away", away, milestone, web)
    refused = slow[0].mentor
    with mail_server(port) as back:
        back.delay, back.answers = SLOW, {refused: b"550 no such mailbox"}
        page_times(f"slow ({SLOW:.0f} s a mail)", slow, milestone, web)
        back.delay = 0
        seconds = wait_until_told()
        mails = [*mails, *back.mails]
    told = [one for one in (*up, *away, *slow) if one.mentor != refused]
    failed = Message.objects.filter(state="failed", reason__startswith="550")
    print(
        f"  {len(up + away + slow):,} events: {tally([one.subject(milestone) for one in told], mails)};"
        f" to the refused address {failed.count()}, listed with the reason; all of it {seconds:.0f} s after the server"
        " was quick again",
        flush=True,
    )
    others = Message.objects.exclude(state="sent").exclude(pk__in=failed.values("pk"))
    print(f"  neither sent nor refused: {others.count()}")


def play_an_hour(port: int, askers: list[Asker], milestone: "Milestone") -> None:
    """Without a worker process: its functions, given a clock that is set forward by a second a round."""
    from django.db import transaction
    from django.utils import timezone

    from groups.models import Enrolment
    from people.models import Message
    from telling.actions.sending import send_due
    from telling.actions.sorting import sort_events
    from tracker.actions.progress import mark
    from tracker.models import Progress

    now = timezone.now()
    Message.objects.update(looked_at=now)
    Progress.objects.all().delete()
    enrolments = Enrolment.objects.select_related("person", "cohort").in_bulk(
        [one.enrolment for one in askers]
    )
    with transaction.atomic():
        for enrolment in enrolments.values():
            mark(enrolment=enrolment, milestone=milestone, state="need_help", by=enrolment.person, at=now)
    while sort_events(now):
        pass
    tries = Counter(send_due(now + timedelta(seconds=second)) for second in range(_HOUR))
    if any("sent" in said for said in tries):
        raise SystemExit(f"Something was sent while the mail server was away: {tries}")
    with mail_server(port) as back:
        seconds = _HOUR
        while Message.objects.waiting().exists():
            send_due(now + timedelta(seconds=seconds))
            seconds += 1 if seconds < 2 * _HOUR else 60
        told = tally([one.subject(milestone) for one in askers], back.mails)
    print(
        f"mail server away for an hour, {len(askers):,} events: {sum(tries.values()) - tries['']:,} tries, {told};"
        f" the last left {(seconds - _HOUR) / 60:.0f} min after it was back",
        flush=True,
    )


def main() -> None:
    with mail_server() as mail:
        os.environ["EMAIL_URL"] = f"smtp://127.0.0.1:{mail.port}"
        import django

        django.setup()
        play(mail)


def play(mail: MailServer) -> None:
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    askers, milestones = prepared(EVENTS + 3 * PAGES)
    first, others = askers[:EVENTS], askers[EVENTS:]
    web = Program(
        "gunicorn",
        [sys.executable, "-m", "gunicorn", "--access-logfile=/dev/null", "config.wsgi:application"],
        is_alive,
    )
    worker = Program("the worker", [sys.executable, "manage.py", "worker"])
    killed: list[Killable] = [worker, web]
    if connection.vendor == "postgresql":
        # The tests' servers may lose what they acknowledged; this one is asked to keep it, as in production.
        with connection.cursor() as cursor:
            cursor.execute("ALTER ROLE CURRENT_USER SET synchronous_commit = on")
        killed.append(Postgres(Path(connection.settings_dict["HOST"])))
    connection.close()
    try:
        web.start()
        worker.start()
        if "1" in PARTS:
            print(f"{connection.vendor}: {play_kills(first, milestones[0], killed, mail)}", flush=True)
        if "2" in PARTS:
            play_mail_servers(mail, others, milestones[0], web)
    finally:
        web.kill()
        worker.kill()
    if "3" in PARTS:
        mail.shutdown()
        mail.server_close()
        play_an_hour(mail.port, first, milestones[1])


if __name__ == "__main__":
    os.environ |= ENVIRONMENT
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("DATABASE_URL", f"sqlite:///{Path(folder) / 'killed.sqlite3'}")
        os.environ.setdefault("KILLED_LOG", str(Path(folder) / "log"))
        main()
