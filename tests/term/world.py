"""The cohort that a term is played in, its clock, its worker, and the browsers of its people."""

import base64
import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.core import mail
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import timezone

from courses.models import Pause
from groups.models import Enrolment
from people.models import User
from tests.factories.courses import CohortFactory, CourseFactory, MaterialFactory, MilestoneFactory
from tests.factories.groups import EnrolmentFactory
from tests.factories.people import UserFactory
from tests.term.model import told
from tests.term.model.facts import Ask, Milestone, News, Period, Student, Term
from tests.term.model.histories import reads_private
from tests.term.pages import Form, Page
from worker.management.commands.worker import JOBS

LISBON = ZoneInfo("Europe/Lisbon")
STOP = re.compile(r"/account/mails/stop/(\w+)")
BEGINS = date(2026, 9, 7)
BREAK = Period(date(2026, 10, 5), date(2026, 10, 11))
TITLES = "Basics Prompts Tokens Indexing Retrieval Agents Evaluation Serving".split()
HOURS = [3, 2, 4, 3, 2, 5, 3, 2]
MENTORS = "Marta Tomás Nadia Oskar Ravi".split()
ADMINS = "Inês Yusuf".split()
STUDENTS = (
    "Ana Bruno Chidi Dalia Emre Fátima Gil Hana Ivo Jonas Kemal Lena Mina Noor Olga Pedro Quim Rosa Sami Tara "
    "Ugo Vera Wim Xenia Yara Zeno Abel Bela Caio Dora"
).split()
# Who comes in the third week.
LATE = "Elif Farid Greta".split()
MEETS = [(1, "Tuesdays 17:00"), (2, "Wednesdays 18:00"), (3, "Thursdays 17:30"), (0, "Mondays 19:00")]
# Jobs of the worker that nobody reads of here, or that ask other hosts.
IDLE = {
    "links",
    "backups",
    "long jobs",
    "what is old",
    "keys",
    "statistics",
    "snapshots",
    "summaries",
    "hold",
}


class PageRefusedError(AssertionError):
    """A page that a person was led to answered with an error."""


@dataclass
class Person:
    name: str
    pk: int
    email: str
    zone: ZoneInfo
    roles: set[str] = field(default_factory=set)
    enrolment: int = 0
    client: Client | None = None
    signed_in_on: date | None = None


@dataclass
class World:
    seed: str
    dice: random.Random
    clock: Any
    term: Term
    people: dict[str, Person]
    groups: dict[str, int]
    milestones: dict[int, int]
    cohort: int
    course: str
    mentors: list[str]
    # What was done today, and to whom; and the last deeds of everybody, by name.
    touched: set[str] = field(default_factory=set)
    deeds: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    counts: Counter[str] = field(default_factory=Counter)
    # Mails that left, with the moment.
    mails: list[tuple[datetime, EmailMessage]] = field(default_factory=list)
    # What a mail is of, by the model, when it leaves.
    news_of: dict[int, list[News]] = field(default_factory=dict)
    # Addresses that a role was shown this evening and that nobody of it has followed, and who was shown them; those
    # that were followed, and their kinds.
    shown: dict[tuple[str, str], str] = field(default_factory=dict)
    followed: set[tuple[str, str]] = field(default_factory=set)
    kinds_followed: set[tuple[str, str]] = field(default_factory=set)
    # Who read a private note on which page since the evening before, and whether they may.
    private_read: list[tuple[str, Page, bool]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    # The kinds that a morning brings, by person and day, and what they have; mails by person, week and kind; calendars.
    mornings: dict[tuple[str, date], set[str]] = field(default_factory=dict)
    says: dict[tuple[str, date], dict[str, set[str]]] = field(default_factory=dict)
    mails_of_week: Counter[tuple[str, date, str]] = field(default_factory=Counter)
    calendars: dict[str, str] = field(default_factory=dict)
    meets_at: dict[str, str] = field(default_factory=dict)
    # The last change of each plan: of which milestone, from which day, when it was made.
    moved: dict[str, tuple[int, date, datetime]] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        return timezone.now()

    @property
    def today(self) -> date:
        return self.term.day(self.now)

    def go_to(self, day: date, hour: int, minute: int = 0) -> None:
        self.clock.move_to(datetime.combine(day, time(hour, minute), LISBON), tick=False)

    def work(self) -> None:
        """A round of the worker; what it sends is kept with its moment."""
        before = len(mail.outbox)
        told.sort(self.term, self.now)
        for name, _, job in JOBS:
            if name not in IDLE:
                job(self.now)
        people = {person.email: name for name, person in self.people.items()}
        for sent in mail.outbox[before:]:
            self.mails.append((self.now, sent))
            self.counts["mails"] += 1
            of = self.news_of[id(sent)] = [
                news for news in self.term.news
                if news.reader == people[sent.to[0]]
                and told.is_said(news, kind_of_mail(sent), str(sent.subject), str(sent.body))
            ]  # fmt: skip
            for news in of:
                news.sent_at = news.sent_at or self.now

    # Pages

    def browser(self, name: str) -> Client:
        person = self.people[name]
        if (
            person.client is None
            or person.signed_in_on is None
            or (self.today - person.signed_in_on).days > 6
        ):
            person.client = Client()
            person.client.force_login(User.objects.get(pk=person.pk))
            person.signed_in_on = self.today
            self.term.signed_in.add(name)
        return person.client

    def get(self, name: str, url: str, *, may_refuse: bool = False) -> Page:
        return self._page(name, self.browser(name).get(url, follow=True), url, may_refuse)

    def send(
        self,
        name: str,
        form: Form,
        fill: Mapping[str, object] | None = None,
        button: str = "",
        value: str = "",
        *,
        pressed: Any = None,
    ) -> Page:
        """Fill in the form and press a button of it, by its words, by its value, or the one that is given."""
        sent = form.filled(fill or {})
        node = pressed or (form.button(value=value) if value else form.button(button))
        if (button or value) and node is None:
            raise PageRefusedError(f"No button {button or value} in the form to {form.action}")
        if node is None:
            # As Enter does: the first button of the form.
            node = next(iter(form.buttons), None)
        action = node.attrs.get("formaction", form.action) if node is not None else form.action
        if node is not None and node.attrs.get("name"):
            sent[node.attrs["name"]] = [node.attrs.get("value", "")]
        browser = self.browser(name)
        if form.method == "post":
            answer = browser.post(action, sent, follow=True)
        else:
            answer = browser.get(action, sent, follow=True)
        self.counts["sent"] += 1
        return self._page(name, answer, action, False)

    def _page(self, name: str, answer: Any, url: str, may_refuse: bool) -> Page:
        if answer.redirect_chain:
            url = answer.redirect_chain[-1][0]
        self.counts["pages"] += 1
        if answer.status_code >= 500 or (answer.status_code in (403, 404) and not may_refuse):
            raise PageRefusedError(f"{name} got {answer.status_code} from {url}")
        kind = answer.headers.get("Content-Type", "")
        text = answer.content.decode() if not answer.streaming and kind.startswith("text/html") else ""
        page = Page(urlsplit(url)._replace(scheme="", netloc="").geturl(), answer.status_code, text)
        is_new = page.main.first("section", id="week-news") if page.url.startswith("/week/") else None
        if is_new is not None and "hidden" not in is_new.attrs:
            self.term.students[name].seen_at = self.now
        for group, monday in sorted(set(re.findall(r"Kept private: (\w+), ([\d-]+)\.", text))):
            may_read = reads_private(self.term, name, group, date.fromisoformat(monday), self.today)
            self.private_read.append((name, page, may_read))
        for link in page.links():
            if (self.role(name), link) not in self.followed and not link.startswith("/static/"):
                self.shown[self.role(name), link] = name
        return page

    def kind_of(self, key: tuple[str, str]) -> tuple[str, str]:
        """For a role, "/groups/N/check-ins/N-WN/", "/questions/?page": an address, whatever its numbers and values."""
        role, link = key
        path, _, query = link.partition("?")
        names = sorted(part.partition("=")[0] for part in query.split("&"))
        return role, re.sub(r"\d+", "N", path) + "?" + "&".join(names)

    def follow(self, key: tuple[str, str]) -> Page:
        self.followed.add(key)
        self.kinds_followed.add(self.kind_of(key))
        self.counts["links"] += 1
        return self.get(self.shown.pop(key), key[1], may_refuse=True)

    def role(self, name: str) -> str:
        roles = self.people[name].roles
        return "+".join(sorted(roles))

    # What happened

    def did(self, what: str, *about: str, by: str) -> None:
        self.counts[what.partition(":")[0]] += 1
        self.counts["deeds"] += 1
        line = f"{self.now.astimezone(LISBON):%a %d %b %H:%M} {by}: {what}"
        for name in {by, *about}:
            self.deeds[name].append(line)
            self.touched.add(name)

    def chance(self, share: float) -> bool:
        return self.dice.random() < share

    def tell(
        self, kind: str, readers: Iterable[str], words: tuple[str, ...], about: str, **more: Any
    ) -> None:
        """Let the model know who hears of it at once, in which words of the subject."""
        told.tell(self.term, kind, readers, words, about, self.now, **more)

    def tell_later(self, kind: str, about: str, by: str, ask: Ask, *, is_for_summary: bool = False) -> None:
        self.term.news.append(News(kind, "", (), about, self.now, by, is_for_summary=is_for_summary, ask=ask))

    def take_back(self, about: str, words: tuple[str, ...] = (), by: str = "", *groups: str) -> None:
        told.take_back(self.term, about, self.now, words, by, groups=groups)

    # Who

    def add_person(self, row: User) -> Person:
        """ "In the reader’s own time zone, or else that of their cohort." """
        name, zone = row.get_short_name(), ZoneInfo(row.time_zone) if row.time_zone else LISBON
        self.people[name] = Person(name, row.pk, row.email, zone)
        if row.last_login:
            self.term.signed_in.add(name)
        return self.people[name]

    def add_student(self, name: str, on: date) -> None:
        """One who was enrolled by a page."""
        enrolment = Enrolment.objects.select_related("person").get(person__name=f"{name} Silva")
        person = self.people.get(name) or self.add_person(enrolment.person)
        person.enrolment = enrolment.pk
        person.roles.add("student")
        self.term.students[name] = Student(name, on, [])

    def group_url(self, group: str, path: str = "") -> str:
        return f"/groups/{self.groups[group]}/{path}"

    def students_here(self) -> list[str]:
        """Members of a group today who have signed in."""
        found = self.term.students.values()
        return [one.name for one in found if one.group_on(self.today) and one.signed_in_on]


def kind_of_mail(sent: EmailMessage) -> str:
    """By the link to get fewer of them, which names the kind."""
    found = STOP.search(str(sent.body))
    if not found:
        return "invitation" if "/invitation/" in str(sent.body) else "other"
    token = found[1]
    _, *kinds = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    return str(kinds[0])


def build(seed: str, clock: Any, groups: int = 10) -> World:
    """Set up course, cohort, groups and people, on the Monday before the term begins."""
    dice = random.Random(seed)  # noqa: S311 - the same term each time
    course = CourseFactory.create(title="Language models", slug="models", question_days=3)
    milestones = {}
    for number, (title, hours) in enumerate(zip(TITLES, HOURS, strict=True), start=1):
        made = MilestoneFactory.create(
            course=course, position=number, week=number, title=title, planned_hours=hours
        )
        milestones[number] = made.pk
        for part in ("Reading", "Exercise"):
            MaterialFactory.create(milestone=made, title=f"{title}: {part}", minutes=30)
    cohort = CohortFactory.create(
        course=course, title="Autumn", starts_on=BEGINS, time_zone="Europe/Lisbon", asks_before_meeting=True
    )
    Pause.objects.create(cohort=cohort, title="Autumn break", starts_on=BREAK.first, ends_on=BREAK.last)
    term = Term(
        starts_on=BEGINS,
        zone=LISBON,
        breaks=[BREAK],
        milestones={
            n: Milestone(n, title, hours)
            for n, (title, hours) in enumerate(zip(TITLES, HOURS, strict=True), start=1)
        },
        admins=list(ADMINS),
    )
    mentors = MENTORS[: max((groups + 1) // 2, 1)]
    students = STUDENTS[: 3 * groups]
    if "Ravi" in mentors:
        # One who mentors other groups studies here.
        students[2] = "Ravi"
    world = World(seed, dice, clock, term, {}, {}, milestones, cohort.pk, course.slug, mentors)
    for name in [*ADMINS, *mentors, *(one for one in students if one not in mentors)]:
        # Some have been here before.
        before = world.now if name in ADMINS or name in mentors[1::2] else None
        zone = "America/Sao_Paulo" if len(world.people) % 3 == 1 else "Europe/Lisbon"
        email = f"{name.lower()}@example.com".encode("ascii", "ignore").decode()
        row = UserFactory.create(
            name=f"{name} Silva", short_name=name, email=email, time_zone=zone, last_login=before
        )
        person = world.add_person(row)
        if name in ADMINS:
            course.admins.create(person=row)
            person.roles.add("admin")
        if name in mentors:
            person.roles.add("mentor")
        if name in students:
            EnrolmentFactory.create(cohort=cohort, person=row, started_on=BEGINS, enrolled_at=world.now)
            world.add_student(name, BEGINS)
    return world
