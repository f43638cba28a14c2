"""Rights end, exclusions never: whatever becomes of people, nobody reads what was written about them.

A walk does deeds in an order that its seed says: people become course admins and mentors and are so no longer, leave,
come back and move, also from a day that is over; a cohort or course is archived, closed and restored. Among them
somebody writes. Every word is unlike all others, and names whom it must never reach: who was in the group of that week
as it was written, the student of a snooze or a move, and all but the readers of a private message.
"""

import copy
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import transaction
from django.urls import reverse

from courses.models import Cohort
from groups.models import Concern
from groups.relations import recorded_stays, relations_of
from people.models import User
from tests.conftest import NOW, Cast
from tests.factories.tracker import CheckInFactory, MeetingNoteFactory
from tests.security.deeds import BECOMING, READERS, WRITING, World, walk
from tests.security.everything import pages, unpacked
from tests.sheets.all_workbooks import all_workbooks
from tracker.access.written_about import check_ins_about
from tracker.models import CheckIn

# Hundreds of pages that are only searched: the lines they reach count as tested where other tests reach them.
pytestmark = pytest.mark.no_cover

SEEDS = (4, 6)
# Reading


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
    yield reverse("tracker:move-list", args=[cohort.pk])
    yield reverse("questions:question-list", query={"q": "quasar"})
    for group in (world.cast.clover, world.cast.juniper):
        for page in ("tracker:group-detail", "tracker:week", "tracker:check-in-list", "tracker:group-set-up"):
            yield reverse(page, args=[group.pk])
    for check_in in CheckIn.objects.all():
        for page in ("detail", "log"):
            yield reverse(f"tracker:check-in-{page}", args=[check_in.group_id, check_in.week.iso])
    for concern in Concern.objects.all():
        yield reverse("groups:concern-detail", args=[concern.key])
    for name in ("ana", "bruno", "chidi"):
        student = world.cast.enrolment(name)
        for page in ("tracker:student-detail", "tracker:as-student", "tracker:enrolment-detail"):
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
    for admin in cohort.course.admins.values_list("person", flat=True):
        yield all_workbooks(world.cast, User.objects.get(pk=admin), **asked)


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
        key = ines.get(url).context["form"].key()
    else:
        fields = {f"{deed}-on": "2026-09-07", "end-end_reason": "dropped"}
        url = reverse(f"tracker:enrolment-{deed}", args=[cast.ana.enrolment_id])
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
    # Later texts are not about them.
    assert read == {"Ana Ruivo": {"pulsar", "cassini"}, "Inês Duarte": words}


def test_who_never_studied_pays_no_query(
    cast: Cast, django_assert_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    for person in (cast.marta, cast.ines):
        relations_of(person, NOW)
        with django_assert_num_queries(0):
            assert (check_ins_about(person, NOW), recorded_stays(person, NOW)) == (frozenset(), [])


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
