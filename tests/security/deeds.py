"""Deeds and texts about each other, in an order of chance: the walk of `tests/security/test_rights.py`."""

import random
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import time_machine
from django.db.models import Q
from django.test import Client
from django.urls import reverse

from courses.models import Cohort, CourseAdmin
from groups.concern_access import concern_readers
from groups.models import Closing, Enrolment, Group, Membership, Mentorship, Move
from lib.weeks import Week
from people.models import User
from tests.conftest import NOW, Cast
from tests.sent_form import fields_of
from tracker.models import CheckIn

# These people are checked for leaks, on the way and in the end: students who may become everything else, and a mentor.
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
    """Members in that week, as far as anybody knows now."""
    stays = Membership.objects.filter(group=group, started_on__lte=week.ends_on)
    stays = stays.filter(Q(ended_on=None) | Q(ended_on__gt=week.starts_on))
    return frozenset(stays.values_list("enrolment__person", flat=True))


# Writing


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
    url = reverse("tracker:snooze", args=[enrolment.pk])
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


# People come and go


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
    return world.as_(admin).post(reverse("tracker:mentor-assign", args=[world.group().pk]), fields)


def mentorship_ends(world: World) -> Any:
    rows = Mentorship.objects.filter(ended_on=None).order_by("pk")
    if not rows:
        return None
    row = world.chance.choice(list(rows))
    url = reverse("tracker:mentorship-end", args=[row.pk])
    return world.as_(world.admin()).post(url, {"on": world.day(), "end-on": world.day()})


def moved(world: World, deed: str, **fields: object) -> Any:
    enrolment, admin = world.enrolment(), world.admin()
    url, by = reverse(f"tracker:enrolment-{deed}", args=[enrolment.pk]), world.as_(admin)
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
    opened = by.get(url)
    return by.post(url, fields | {"seen": opened.context["form"].key()}) if opened.context else opened


# The cohort and the course


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
    return by.post(url, fields | {"seen": preview.context["preview"].key})


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


def was_done(answer: Any) -> bool:
    """A deed that was done leads on; a form that is shown again, and a refusal, do not."""
    return answer is True or (answer is not None and answer.status_code == 302)


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
