"""Rights end, exclusions never: whatever becomes of people, nobody reads what was written about them.

A walk does deeds in an order that its seed says: people become course admins and mentors and are so no longer, leave,
come back and move, also from a day that is over; a cohort or course is archived, closed and restored. Among them
somebody writes. Every word is unlike all others, and names whom it must never reach: who was in the group of that week
as it was written, the student of a snooze or a move, and all but the readers of a private message.
"""

import copy
import io
import random
import zipfile
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.db.models import Q
from django.test import Client
from django.urls import reverse

from courses.models import Cohort, CourseAdmin
from groups.concern_access import concern_readers
from groups.models import Closing, Concern, Enrolment, Group, Membership, Mentorship, Move
from groups.relations import recorded_stays, relations_of
from lib.weeks import Week
from people.models import User
from tests.conftest import NOW, Cast
from tests.factories.tracker import CheckInFactory, MeetingNoteFactory
from tests.security.everything import pages
from tests.sent_form import fields_of
from tracker.access.written_about import check_ins_about
from tracker.models import CheckIn

# Hundreds of pages that are only searched: the lines they reach count as tested where other tests reach them.
pytestmark = pytest.mark.no_cover

SEEDS = (4, 6)
# Who is looked for leaks, on the way and in the end: students who may become everything else, and a mentor.
READERS = ("ana", "bruno", "marta")
PEOPLE = ("ana", "bruno", "marta", "tomas", "ines")


@dataclass
class World:
    cast: Cast
    chance: random.Random
    now: datetime = NOW
    # Each word that was written, and the ids of the people whom it never reaches.
    words: dict[str, frozenset[int]] = field(default_factory=dict)
    browsers: dict[int, Client] = field(default_factory=dict)
    done: Counter[str] = field(default_factory=Counter)

    @property
    def today(self) -> date:
        return self.cast.cohort.today(self.now)

    def as_(self, person: User) -> Client:
        if person.pk not in self.browsers:
            self.browsers[person.pk] = Client()
            self.browsers[person.pk].force_login(person)
        return self.browsers[person.pk]

    def anybody(self, names: Collection[str] = PEOPLE) -> User:
        return self.cast.person(self.chance.choice(sorted(names)))

    def admin(self) -> User:
        """One of the course admins, who may be the student whom the deed is about."""
        admins = CourseAdmin.objects.filter(course=self.cast.course).order_by("person")
        return self.chance.choice(list(admins.select_related("person"))).person

    def enrolment(self) -> Enrolment:
        return Enrolment.objects.get(pk=self.cast.enrolment(self.chance.choice(["ana", "bruno"])).pk)

    def group(self) -> Group:
        return self.chance.choice([self.cast.clover, self.cast.juniper])

    def day(self) -> date:
        """Today or a day of the weeks before: what happened is often noted late."""
        return self.today - timedelta(days=self.chance.choice([0, 0, 3, 9]))

    def word(self, not_for: Collection[int]) -> str:
        word = f"quasar{len(self.words)}z"
        self.words[word] = frozenset(not_for)
        return word


def students_of(group: Group, week: Week) -> frozenset[int]:
    """Who is in the group in that week, as far as anybody knows now."""
    stays = Membership.objects.filter(group=group, started_on__lte=week.ends_on)
    stays = stays.filter(Q(ended_on=None) | Q(ended_on__gt=week.starts_on))
    return frozenset(stays.values_list("enrolment__person", flat=True))


# What is written


def check_in_is_logged(world: World) -> Any:
    """By a mentor of the group: held or not, with a note of each student, a private one and a request."""
    group, week = world.group(), world.chance.choice([Week.of(world.today), Week.of(world.today).previous()])
    mentors = Mentorship.objects.open(world.today).filter(group=group).order_by("pk")
    by = world.chance.choice([*(row.person for row in mentors), world.admin()])
    url = reverse("tracker:check-in-log", args=[group.pk, week.iso])
    form = world.as_(by).get(url)
    if form.status_code != 200:
        return form
    about = students_of(group, week) - {by.pk}
    fields = fields_of(form.text, "check-in")
    fields |= {name: world.word(about) for name in fields if name.endswith("-note")}
    fields |= {"private_note": world.word(about), "request": world.word(about)}
    fields |= {"outcome": world.chance.choice(["held", "group_absent"])}
    return world.as_(by).post(url, fields)


def request_is_answered(world: World) -> Any:
    asked = CheckIn.objects.with_request().order_by("pk")
    if not asked:
        return None
    check_in = world.chance.choice(list(asked))
    by = world.admin()
    about = students_of(check_in.group, check_in.week) - {by.pk}
    url = reverse("tracker:request-answer", args=[check_in.group_id, check_in.week.iso])
    return world.as_(by).post(url, {"body": world.word(about), "version": check_in.version})


def student_is_snoozed(world: World) -> Any:
    enrolment, admin = world.enrolment(), world.admin()
    url = reverse("tracker:attention-put-aside", args=[enrolment.pk])
    until = world.today + timedelta(days=9)
    reason = world.word({enrolment.person_id} - {admin.pk})
    return world.as_(admin).post(url, {"until_on": until, "reason": reason})


def student_says_something_before_a_meeting(world: World) -> Any:
    """It is for mentors and course admins: nobody who learns with them reads it."""
    enrolment, week = world.enrolment(), Week.of(world.today)
    stay = enrolment.memberships.filter(ended_on=None).first()
    if stay is None:
        return None
    fellows = students_of(stay.group, week) - {enrolment.person_id}
    url = reverse("tracker:meeting-note", args=[stay.group_id, week.iso])
    fields = {"going": "stuck", "note": world.word(fellows), "version": "0"}
    return world.as_(enrolment.person).post(url, fields)


def student_tells_past_the_mentor(world: World) -> Any:
    enrolment = world.enrolment()
    readers = concern_readers(enrolment, world.now)
    allowed = {enrolment.person_id, *(person.pk for person in readers)}
    others = {world.cast.person(name).pk for name in PEOPLE} - allowed
    fields = {"wish": "mentor", "body": world.word(others), "readers": ",".join(str(p.pk) for p in readers)}
    return world.as_(enrolment.person).post(reverse("groups:concern-new", args=[enrolment.pk]), fields)


# What becomes of people


def somebody_becomes_course_admin(world: World) -> Any:
    url = reverse("groups:course-admin-add", args=[world.cast.course.slug])
    person = world.anybody(READERS)
    world.as_(person)
    return world.as_(world.admin()).post(url, {"email": person.email, "name": person.name})


def somebody_is_course_admin_no_longer(world: World) -> Any:
    person = world.admin()
    url = reverse("groups:course-admin-remove", args=[world.cast.course.slug, person.pk])
    return world.as_(world.admin()).post(url)


def somebody_mentors(world: World) -> Any:
    person, admin = world.anybody(), world.admin()
    fields = {
        "person": person.pk,
        "found": person.email,
        "role": world.chance.choice(["mentor", "co-mentor", "hand-over"]),
        "on": world.day(),
        "reason": world.word({person.pk} - {admin.pk}),
    }
    return world.as_(admin).post(reverse("groups:mentor-assign", args=[world.group().pk]), fields)


def mentorship_ends(world: World) -> Any:
    rows = Mentorship.objects.filter(ended_on=None).order_by("pk")
    if not rows:
        return None
    row = world.chance.choice(list(rows))
    url = reverse("groups:mentorship-end", args=[row.pk])
    return world.as_(world.admin()).post(url, {"on": world.day(), "end-on": world.day()})


def moved(world: World, deed: str, **fields: object) -> Any:
    enrolment, admin = world.enrolment(), world.admin()
    url, by = reverse(f"groups:enrolment-{deed}", args=[enrolment.pk]), world.as_(admin)
    fields = {"on": world.day(), "reason": world.word({enrolment.person_id} - {admin.pk}), **fields}
    sent = {f"{deed}-{name}": value for name, value in fields.items()}
    preview = by.post(url, sent)
    if not preview.context or "preview" not in preview.context:
        return preview
    return by.post(url, sent | {"seen": preview.context["preview"].key})


def student_moves(world: World) -> Any:
    return moved(world, "move", group=world.group().pk)


def student_leaves_the_group(world: World) -> Any:
    return moved(world, "leave")


def student_leaves(world: World) -> Any:
    return moved(world, "end", end_reason="dropped")


def student_comes_back(world: World) -> Any:
    return moved(world, "return", group=world.group().pk)


def move_is_undone(world: World) -> Any:
    move = Move.objects.filter(undone_at=None).order_by("-pk").first()
    return move and world.as_(world.admin()).post(reverse("tracker:move-undo", args=[move.pk]))


def days_are_corrected(world: World) -> Any:
    """Also by the student themselves, who is course admin by now."""
    enrolment, by = world.enrolment(), world.as_(world.admin())
    fields = {"enrolment-start": str(enrolment.started_on), "enrolment-end": str(enrolment.ended_on or "")}
    for stay in enrolment.memberships.order_by("pk"):
        start = world.chance.choice([stay.started_on, world.day()])
        fields |= {f"stay-{stay.pk}-start": str(start), f"stay-{stay.pk}-end": str(stay.ended_on or "")}
    url = reverse("tracker:enrolment-days", args=[enrolment.pk])
    preview = by.post(url, fields)
    if not preview.context or not preview.context.get("changes"):
        return preview
    return by.post(url, fields | {"seen": preview.context["form"].key()})


# What becomes of the cohort and the course


def cohort_is_archived(world: World) -> Any:
    deed = "restore" if Cohort.objects.get(pk=world.cast.cohort.pk).is_archived else "archive"
    url = reverse(f"groups:cohort-{deed}", args=[world.cast.cohort.pk])
    return world.as_(world.admin()).post(url)


def course_is_archived(world: World) -> Any:
    world.cast.course.refresh_from_db()
    deed = "restore" if world.cast.course.is_archived else "archive"
    url = reverse(f"groups:course-{deed}", args=[world.cast.course.slug])
    return world.as_(world.admin()).post(url)


def cohort_closes(world: World) -> Any:
    by = world.as_(world.admin())
    if Closing.objects.filter(cohort=world.cast.cohort, undone_at=None).exists():
        return by.post(reverse("tracker:cohort-open-again", args=[world.cast.cohort.pk]))
    url = reverse("tracker:cohort-close", args=[world.cast.cohort.pk])
    fields = {"on": world.today, "for_finished": "finished", "for_others": "dropped"}
    preview = by.post(url, fields)
    if not preview.context or "found" not in preview.context:
        return preview
    return by.post(url, fields | {"seen": preview.context["found"].key})


def to_open_again(world: World) -> Callable[[World], Any] | None:
    """Next to nothing is done in what is archived or closed, so a walk soon goes on to restore it."""
    cohort = Cohort.objects.select_related("course").get(pk=world.cast.cohort.pk)
    if cohort.course.is_archived:
        return course_is_archived
    if cohort.is_archived:
        return cohort_is_archived
    return cohort_closes if cohort.is_closed(world.today) else None


def days_pass(world: World) -> Any:
    world.now += timedelta(days=world.chance.choice([1, 4]))
    return True


WRITING: tuple[Callable[[World], Any], ...] = (
    *[check_in_is_logged] * 3,
    *[request_is_answered] * 2,
    student_is_snoozed,
    student_says_something_before_a_meeting,
    student_tells_past_the_mentor,
)
BECOMING: tuple[Callable[[World], Any], ...] = (
    *[somebody_becomes_course_admin] * 4,
    somebody_is_course_admin_no_longer,
    *[somebody_mentors] * 2,
    mentorship_ends,
    student_moves,
    student_leaves_the_group,
    *[student_leaves] * 2,
    *[student_comes_back] * 2,
    move_is_undone,
    *[days_are_corrected] * 2,
    cohort_is_archived,
    course_is_archived,
    cohort_closes,
    days_pass,
)


# What is read


def everywhere(world: World) -> Iterator[str]:
    """Pages, searches and files in which words about people stand, or stood once."""
    cohort = world.cast.cohort
    for page in ("tracker:home", "tracker:my-week", "tracker:my-groups", "groups:concern-list"):
        yield reverse(page)
    yield reverse("tracker:board", args=[cohort.pk])
    for show in ("students", "groups", "snoozed"):
        yield reverse("tracker:board", args=[cohort.pk], query={"show": show})
    for show in ("", "answered"):
        yield reverse("tracker:request-list", args=[cohort.pk], query={"show": show})
    yield reverse("groups:move-list", args=[cohort.pk])
    yield reverse("questions:question-list", query={"q": "quasar"})
    for group in (world.cast.clover, world.cast.juniper):
        for page in ("tracker:group-detail", "tracker:week", "tracker:check-in-list", "groups:group-set-up"):
            yield reverse(page, args=[group.pk])
    for check_in in CheckIn.objects.all():
        for page in ("detail", "log"):
            yield reverse(f"tracker:check-in-{page}", args=[check_in.group_id, check_in.week.iso])
    for concern in Concern.objects.all():
        yield reverse("groups:concern-detail", args=[concern.key])
    for name in ("ana", "bruno", "chidi"):
        student = world.cast.enrolment(name)
        for page in ("tracker:student-detail", "tracker:as-student", "groups:enrolment-detail"):
            yield reverse(page, args=[student.pk])
        for stay in student.memberships.all():
            yield reverse("tracker:my-groups", query={"group": stay.group_id, "student": student.pk})
            yield reverse("tracker:group-detail", args=[stay.group_id], query={"student": student.pk})


def files(world: World) -> Iterator[str]:
    asked = {"private_notes": "on"}
    cohort = world.cast.cohort
    for group in (world.cast.clover, world.cast.juniper):
        yield reverse("sheets:export-workbook", args=[group.pk], query=asked)
    yield reverse("sheets:export-csv", args=[cohort.pk, "check-ins"], query=asked)
    yield reverse("sheets:export-workbooks", args=[cohort.pk], query=asked)


def unpacked(file: bytes) -> str:
    """All text of a file, of a workbook, or of an archive of workbooks."""
    if not file.startswith(b"PK"):
        return file.decode()
    with zipfile.ZipFile(io.BytesIO(file)) as parts:
        return "".join(unpacked(parts.read(name)) for name in parts.namelist())


def shown(world: World, person: User) -> Iterator[tuple[str, str]]:
    browser = world.as_(person)
    yield from pages(browser, list(everywhere(world)))
    for url in files(world):
        response = browser.get(url)
        if response.status_code == 200:
            yield url, unpacked(b"".join(response) if response.streaming else response.content)


def leaks(world: World, person: User) -> set[tuple[str, str]]:
    never = [word for word, not_for in world.words.items() if person.pk in not_for]
    return {(word, url) for url, text in shown(world, person) for word in never if word in text}


def was_done(answer: Any) -> bool:
    """A deed that was done leads on; a form that is shown again, and a refusal, do not."""
    return answer is True or (answer is not None and answer.status_code == 302)


@pytest.mark.parametrize(
    ("deed", "monday"),
    [("end", date(2026, 9, 14)), ("leave", date(2026, 9, 14)), ("days", date(2026, 8, 31))],
)
def test_what_was_written_of_a_student_stays_closed_if_it_is_noted_late_that_they_were_none(
    cast: Cast, deed: str, monday: date
) -> None:
    """Nobody came, Marta writes on the 15th. On the 16th it is noted that Ana left on the 7th, or came on the 14th."""
    world, ana = World(cast, random.Random(0)), cast.person("ana")  # noqa: S311 - the same each time
    Cohort.objects.update(asks_before_meeting=True)
    for week, day, note, said in (
        (monday, 15, "redshift", "voyager"),
        (date(2026, 9, 7), 17, "pulsar", "cassini"),
    ):
        at = datetime(2026, 9, day, 10, 0, tzinfo=UTC)
        CheckInFactory.create(
            group=cast.clover, week_starts_on=week, outcome="group_absent", held_on=None, minutes=None,
            logged_by=cast.marta, logged_at=at, private_note=note,
        )  # fmt: skip
        bruno = cast.enrolment("bruno")
        MeetingNoteFactory.create(
            enrolment=bruno, group=cast.clover, week_starts_on=week, note=said, changed_at=at
        )
    ines, stay = world.as_(cast.ines), f"stay-{cast.ana.pk}"
    if deed == "days":
        fields = {"enrolment-start": "2026-09-14", f"{stay}-start": "2026-09-14", f"{stay}-end": ""}
        url = reverse("tracker:enrolment-days", args=[cast.ana.enrolment_id])
        key = ines.post(url, fields).context["form"].key()
    else:
        fields = {f"{deed}-on": "2026-09-07", "end-end_reason": "dropped"}
        url = reverse(f"groups:enrolment-{deed}", args=[cast.ana.enrolment_id])
        key = ines.post(url, fields).context["preview"].key
    assert ines.post(url, fields | {"seen": key}).status_code == 302
    cast.course.admins.create(person=ana)
    words = {"redshift", "voyager", "pulsar", "cassini"}
    urls = [check_in.get_absolute_url() for check_in in CheckIn.objects.all()]
    urls.append(reverse("tracker:student-detail", args=[cast.bruno.enrolment_id]))
    read = {
        person.name: {word for _, text in pages(world.as_(person), urls) for word in words if word in text}
        for person in (ana, cast.ines)
    }
    # What was written since is not about them.
    assert read == {"Ana Ruivo": {"pulsar", "cassini"}, "Inês Duarte": words}


def test_who_never_studied_pays_no_query(
    cast: Cast, django_assert_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    for person in (cast.marta, cast.ines):
        relations_of(person, NOW)
        with django_assert_num_queries(0):
            assert (check_ins_about(person, NOW), recorded_stays(person, NOW)) == (frozenset(), [])


def walk(cast: Cast, seed: int) -> World:
    """Do every deed in an order of chance, and write something before each."""
    world = World(cast, random.Random(seed))  # noqa: S311 - the same walk each time
    Cohort.objects.update(asks_before_meeting=True)
    ahead = world.chance.sample(BECOMING, len(BECOMING))
    with time_machine.travel(world.now, tick=False) as clock:
        while ahead:
            # Next to nothing can be done in what is archived or closed.
            again = to_open_again(world) if world.chance.random() < 0.7 else None
            for deed in (world.chance.choice(WRITING), again or ahead.pop()):
                answer = deed(world)
                clock.move_to(world.now, tick=False)
                assert answer is None or answer is True or answer.status_code < 500, deed
                world.done[deed.__name__] += was_done(answer)
    return world


def test_nobody_ever_reads_what_was_written_about_them(cast: Cast) -> None:
    done: Counter[str] = Counter()
    found: dict[tuple[int, str], set[tuple[str, str]]] = {}
    for seed in SEEDS:
        with transaction.atomic():
            world = walk(copy.deepcopy(cast), seed)
            with time_machine.travel(world.now, tick=False):
                found |= {(seed, name): leaks(world, cast.person(name)) for name in READERS}
            transaction.set_rollback(True)
        done += world.done
    assert {whose: what for whose, what in found.items() if what} == {}
    assert {deed.__name__ for deed in (*WRITING, *BECOMING)} - done.keys() == set()
